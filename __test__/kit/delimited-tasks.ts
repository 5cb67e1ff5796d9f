import { type Memory, task } from '../../index.ts'
import { doorOf } from '../../src/memory/memory.ts'
import { definitionOf } from '../../src/task/definition.ts'
import { GivenInputs } from '../../src/task/inputs.ts'
import { type CallPlace, placeOf } from '../../src/task/place.ts'
import { generator } from './random.ts'

const LETTERS = ['a', 'b', '1', '-', ':', '/', '|', ',', '.', '"', '\\', '\0', '(', ')', '=>', ' ']

const nothing = (): undefined => undefined

/** What is in the key of a call. Inputs are [name, type, value]. */
interface Parts {
  readonly place: readonly [project: string, domain: string]
  readonly said: readonly [name: string, version: string, salt: string]
  readonly inputs: readonly (readonly [string, string, string])[]
  readonly outputs: readonly string[]
}

/**
 * The keys of so many different calls, whose parts are few texts, cut in different places: how many keys there are, and how many
 * there were if their parts were joined.
 */
export function keysOfDelimited(
  memory: Memory,
  seed: number,
  count: number,
): { calls: number; joined: number; keys: number } {
  const random = generator(seed)
  const [calls, joined, keys] = [new Set<string>(), new Set<string>(), new Set<string>()]
  while (calls.size < count) {
    const parts = anyParts(random)
    const call = JSON.stringify(parts)
    if (new Set(parts.inputs.map(([name]) => name)).size < parts.inputs.length) continue
    if (calls.size === calls.add(call).size) continue
    joined.add([parts.place, parts.said, parts.inputs, parts.outputs].flat(3).join(''))
    keys.add(keyOf(memory, parts))
  }
  return { calls: calls.size, joined: joined.size, keys: keys.size }
}

function anyParts(random: () => number): Parts {
  const below = (limit: number): number => Math.floor(random() * limit)
  const [inputs, outputs] = [below(3), below(2)]
  const pieces = 5 + 3 * inputs + outputs
  const letters = generator(below(16))
  const text = Array.from({ length: 20 }, () => LETTERS[Math.floor(letters() * LETTERS.length)]!)
  const cuts = new Set<number>()
  while (cuts.size < pieces - 1) cuts.add(1 + below(text.length - 1))
  const ends = [...cuts].toSorted((one, other) => one - other)
  const cut = [...ends, text.length].map((end, at) => text.slice(at === 0 ? 0 : ends[at - 1], end).join(''))
  const next = (): string => cut.shift()!
  return {
    place: [next(), next()],
    said: [next(), next(), next()],
    inputs: Array.from({ length: inputs }, () => [next(), next(), next()] as const),
    outputs: cut,
  }
}

/** The key of a call that is not made. */
function keyOf(memory: Memory, { place, said, inputs, outputs }: Parts): string {
  const [project, domain] = place
  const [name, version, salt] = said
  const options = {
    name,
    project,
    domain,
    memory,
    cache: { version, salt },
    inputs: Object.fromEntries(inputs.map(([input, word]) => [input, word])),
    outputs: Object.fromEntries(outputs.map((output) => [output, 'any'])),
  }
  const definition = definitionOf(task(nothing as never, options as never), 'keyOf')
  const door = doorOf(memory)
  const values = Object.fromEntries(inputs.map(([input, , value]) => [input, value]))
  const given = new GivenInputs(definition, values, undefined).resolved(door)
  if (given instanceof Promise) throw new Error('these inputs are there at once')
  const { calls, keyInputs } = placeOf(definition, given, { door, project, domain, isTold: false }) as CallPlace
  return calls.key(keyInputs)
}
