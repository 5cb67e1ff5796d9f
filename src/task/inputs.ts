import { isPromise, isThenable } from '../call/promise.ts'
import { Payload } from '../entry/payload.ts'
import { GivenHash, StandIn } from '../key/stand-in.ts'
import type { Door } from '../memory/door.ts'
import type { CallInput } from '../report/run-record.ts'
import { handGiven } from '../run/given.ts'
import { type Handed, handPayload, isGone } from '../run/handed.ts'
import { type Source, sourceOf, sourceOfValue } from '../run/source.ts'
import { isPlainObject } from '../value/plain-object.ts'
import { listed, propertySegment } from '../words/phrase.ts'
import { type NodeDefinition, nounOf } from './definition.ts'
import { taskError } from './error.ts'
import { type ValueType, standInOf } from './interface.ts'
import { type Made, madeBy } from './made.ts'

/** One input, as a call gets it. */
export interface Input {
  readonly name: string
  /** Stands for it in keys. */
  readonly standIn: unknown
  /** False for what nothing can stand for, as a connection. */
  readonly isKeyed: boolean
  /** Gives a value of the caller's own; a promise of it, where that is made again. */
  load(): unknown
  /** From what another thread makes the value. Throws ERR_UNSERIALIZABLE, ERR_NOT_FOUND for what cannot be stored. */
  source(door: Door): Source
  /** As it is recorded. */
  readonly told: readonly CallInput[]
}

/** What was given for an input: some of it may still be to come. */
type Given =
  | { readonly value: unknown }
  | { readonly handed: Handed }
  | { readonly made: Made }
  | { readonly promise: PromiseLike<unknown> }
  | { readonly members: ReadonlyMap<string, Given>; readonly isList: boolean }

/** Levels of lists and objects in which calls and payloads are looked for. */
const DEEPEST = 8
/** Bytes up to which a reference counts by its value, so that it makes no difference to a key whether it was awaited. */
const SMALL = 4096

/** What a call is given. */
export interface CallInputs {
  /** Whether it takes results of calls. */
  readonly takesCalls: boolean
  /** These calls. */
  made(): Iterable<Made>
  /** At once where nothing has to be waited for. Throws, or rejects with, ERR_TASK, or what a call that it takes failed with. */
  resolved(door: Door): Input[] | Promise<Input[]>
}

/** Inputs that are refused when the call begins: until then nobody could catch it. */
export class RefusedInputs implements CallInputs {
  readonly takesCalls = false
  readonly #error: unknown

  constructor(error: unknown) {
    this.#error = error
  }

  made(): Iterable<Made> {
    return []
  }

  resolved(): never {
    throw this.#error
  }
}

/** Takes inputs as they are now: they may change before the call begins. */
export class GivenInputs implements CallInputs {
  readonly #definition: NodeDefinition
  readonly #names: string[] = []
  /** For each of them. */
  readonly #given: Given[] = []
  #takesCalls = false

  /**
   * @param handed - How a value is kept; undefined where it is read when the call begins.
   * @throws EngramError ERR_TASK
   */
  constructor(definition: NodeDefinition, inputs: unknown, handed: ((value: unknown) => Handed) | undefined) {
    this.#definition = definition
    if (!isInputs(inputs))
      throw taskError(`${nounOf(definition)} takes its inputs as one object: ${exampleOf(definition)}.`)
    const { fixed } = definition
    const all = fixed === undefined ? inputs : { ...fixed, ...inputs }
    for (const name of Object.keys(all)) {
      // What is given as undefined is left out.
      const value =
        all[name] === undefined && fixed !== undefined && Object.hasOwn(fixed, name) ? fixed[name] : all[name]
      if (value !== undefined) this.#take(name, givenIn(value, handed, DEEPEST))
    }
    this.#check()
  }

  get takesCalls(): boolean {
    return this.#takesCalls
  }

  #take(name: string, given: Given): void {
    this.#names.push(name)
    this.#given.push(given)
    this.#takesCalls ||= 'made' in given || 'members' in given
  }

  *made(): Iterable<Made> {
    for (const given of this.#given) yield* madeIn(given)
  }

  resolved(door: Door): Input[] | Promise<Input[]> {
    for (const [name, { mayBeMissing }] of this.#definition.inputs.types)
      if (mayBeMissing && !this.#names.includes(name)) return this.#withMissing(door)
    return this.#ofGiven(door)
  }

  /** With what schemas make of inputs that are not given. What is still undefined is left out. */
  async #withMissing(door: Door): Promise<Input[]> {
    const inputs = [...(await this.#ofGiven(door))]
    for (const [name, type] of this.#definition.inputs.types) {
      if (!type.mayBeMissing || this.#names.includes(name)) continue
      const path = `inputs${propertySegment(name)}`
      // oxlint-disable-next-line no-await-in-loop -- the first that is refused is told
      const other = await type.checked(undefined, path)
      if (other === undefined) continue
      inputs.push(converted(partOfValue(other, name, door), type, { value: { of: undefined }, other, path, door }))
    }
    return inputs
  }

  #ofGiven(door: Door): Input[] | Promise<Input[]> {
    const inputs: (Input | Promise<Input>)[] = []
    let isLater = false
    for (let at = 0; at < this.#given.length; at++) {
      const input = this.#input(this.#names[at]!, this.#given[at]!, door)
      isLater ||= isPromise(input)
      inputs.push(input)
    }
    return isLater ? Promise.all(inputs) : (inputs as Input[])
  }

  #check(): void {
    const { inputs } = this.#definition
    for (const name of inputs.required) if (!this.#names.includes(name)) throw this.#refused(name, 'is missing')
    for (const name of this.#names)
      if (inputs.names?.has(name) === false) throw this.#refused(name, 'is no input of it')
  }

  #refused(name: string, why: string): Error {
    const { inputs } = this.#definition
    const path = `inputs${propertySegment(name)}`
    return taskError(`${nounOf(this.#definition)}: '${name}' ${why}. It takes: ${listed(inputs.names ?? [])}.`, {
      path,
    })
  }

  #input(name: string, given: Given, door: Door): Input | Promise<Input> {
    const part = partOf(given, name, door)
    if (isPromise(part)) return part.then((there) => this.#typed(name, there, door))
    return this.#typed(name, part, door)
  }

  #typed(name: string, part: Part, door: Door): Input | Promise<Input> {
    const type = this.#definition.inputs.types.get(name)
    if (type === undefined) return part
    const path = `inputs${propertySegment(name)}`
    // What nothing else needs is not loaded to be checked: it is when it is used.
    if (part.value === undefined && !type.needsValue)
      return { ...copyOf(part), load: () => mapped(part.load(), (value) => type.checked(value, path)) }
    return mapped(part.value === undefined ? part.load() : part.value.of, (of) =>
      this.#checked({ ...copyOf(part), value: { of } }, type, door),
    ) as Input | Promise<Input>
  }

  #checked(
    part: Part & { readonly value: { readonly of: unknown } },
    type: ValueType,
    door: Door,
  ): Input | Promise<Input> {
    const { value, name } = part
    const path = `inputs${propertySegment(name)}`
    const checked = type.checked(value.of, path)
    if (isPromise(checked))
      return Promise.resolve(checked).then((other) => converted(part, type, { value, other, path, door }))
    return converted(part, type, { value, other: checked, path, door })
  }
}

/** At once for what is there. */
function mapped(value: unknown, to: (value: unknown) => unknown): unknown {
  return isPromise(value) ? value.then(to) : to(value)
}

/** An input that is there, before its type is looked at. */
interface Part extends Input {
  /** Where it does not have to be loaded. */
  readonly value: { readonly of: unknown } | undefined
}

/** What was given to a call outside of a run: hits of those make little more than this. */
class ValuePart implements Part {
  readonly name: string
  readonly standIn: unknown
  readonly isKeyed = true

  constructor(name: string, value: unknown) {
    this.name = name
    this.standIn = value
  }

  get value(): { readonly of: unknown } {
    return { of: this.standIn }
  }

  get told(): readonly CallInput[] {
    return [{ name: this.name, digest: '' }]
  }

  load(): unknown {
    return this.standIn
  }

  source(door: Door): Source {
    return sourceOfValue(this.standIn, door)
  }
}

/** A copy, of which some may be replaced. */
function copyOf(input: Input): Input {
  const { name, standIn, isKeyed, told } = input
  return { name, standIn, isKeyed, told, load: () => input.load(), source: (door) => input.source(door) }
}

interface Conversion {
  readonly value: { readonly of: unknown }
  /** What is to be used in its place. */
  readonly other: unknown
  readonly path: string
  readonly door: Door
}

function converted(part: Part, type: ValueType, { value, other, path, door }: Conversion): Input {
  const isSame = Object.is(other, value.of)
  const handed = isSame ? undefined : handGiven(other, door)
  const now = handed === undefined ? part : { ...partOfHanded(handed, part.name), told: part.told }
  const hashes = type.hashes?.(other, path)
  return hashes === undefined ? now : { ...copyOf(now), standIn: standInOf(hashes, () => other) }
}

function isInputs(inputs: unknown): inputs is Record<string, unknown> {
  return typeof inputs === 'object' && inputs !== null && !Array.isArray(inputs) && !(inputs instanceof StandIn)
}

function exampleOf({ inputs, name }: NodeDefinition): string {
  return `${name || 'node'}({ ${[...(inputs.names ?? ['rows'])].slice(0, 3).join(', ')} })`
}

// ------------------------------------------------------------------------------------------------------------- given

function givenIn(value: unknown, handed: ((value: unknown) => Handed) | undefined, depth: number): Given {
  if (typeof value !== 'object' || value === null) return handed === undefined ? { value } : { handed: handed(value) }
  const made = madeBy(value)
  if (made !== undefined) return { made }
  if (isThenable(value)) return { promise: value }
  const isList = Array.isArray(value)
  if ((isList || isPlainObject(value)) && holdsReferences(value, depth)) {
    const members = Object.entries(value).map(([name, one]) => [name, givenIn(one, handed, depth - 1)] as const)
    return { members: new Map(members), isList }
  }
  return handed === undefined ? { value } : { handed: handed(value) }
}

/** Whether calls or payloads are in it. */
function holdsReferences(value: object, depth: number): boolean {
  if (depth === 0) return false
  for (const one of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) {
    if (typeof one !== 'object' || one === null) continue
    if (one instanceof Payload || madeBy(one) !== undefined || isThenable(one)) return true
    if ((Array.isArray(one) || isPlainObject(one)) && holdsReferences(one, depth - 1)) return true
  }
  return false
}

function* madeIn(given: Given): Iterable<Made> {
  if ('made' in given) yield given.made
  if ('members' in given) for (const member of given.members.values()) yield* madeIn(member)
}

// ------------------------------------------------------------------------------------------------------------- parts

function partOf(given: Given, name: string, door: Door): Part | Promise<Part> {
  if ('value' in given) return partOfValue(given.value, name, door)
  if ('handed' in given) return partOfHanded(given.handed, name)
  if ('promise' in given) return Promise.resolve(given.promise).then((value) => partOfValue(value, name, door))
  if ('members' in given) return partOfMembers(given, name, door)
  const { made } = given
  const handed = made.handed()
  return isPromise(handed)
    ? handed.then((there) => partOfMade(made, there, name))
    : partOfMade(made, handed as Handed, name)
}

/** What is gone since it was handed on is made again. */
function partOfMade(made: Made, handed: Handed, name: string): Part | Promise<Part> {
  try {
    return { ...partOfHanded(handed, name, made.toldName), load: () => made.load(handed) }
  } catch (error) {
    if (!isGone(error)) throw error
    return made.again(handed).then((there) => partOfMade(made, there, name))
  }
}

/** As it is now. */
function partOfValue(value: unknown, name: string, door: Door): Part {
  if (value instanceof Payload) return partOfHanded(handPayload(value, door), name)
  return new ValuePart(name, value)
}

function partOfHanded(handed: Handed, name: string, from?: string): Part {
  const { digest = '', standIn, byteLength = Infinity } = handed
  const told = [from === undefined ? { name, digest } : { name, digest, from }]
  const load = (): unknown => handed.load()
  const source = (door: Door): Source => sourceOf(handed, door)
  if (standIn === undefined && from !== undefined)
    return { name, standIn, isKeyed: false, load, source, told, value: undefined }
  if (standIn instanceof GivenHash) return { name, standIn, isKeyed: true, load, source, told, value: undefined }
  // What the program gave stands for itself.
  const isReference = standIn instanceof StandIn
  if (isReference && byteLength > SMALL) return { name, standIn, isKeyed: true, load, source, told, value: undefined }
  const value = isReference ? handed.load() : standIn
  return { name, standIn: value, isKeyed: true, load, source, told, value: { of: value } }
}

function partOfMembers(
  { members, isList }: { readonly members: ReadonlyMap<string, Given>; readonly isList: boolean },
  name: string,
  door: Door,
): Promise<Part> {
  const parts = Array.from(members, async ([member, given]) => {
    const inner = isList ? `${name}[${member}]` : `${name}${propertySegment(member)}`
    return [member, await partOf(given, inner, door)] as const
  })
  return Promise.all(parts).then((there) => {
    const record = (values: readonly unknown[]): unknown =>
      isList ? [...values] : Object.fromEntries(there.map(([member], at) => [member, values[at]]))
    return {
      name,
      standIn: record(there.map(([, { standIn }]) => standIn)),
      isKeyed: there.every(([, { isKeyed }]) => isKeyed),
      load: () => {
        const values = there.map(([, part]) => part.load())
        return values.some(isPromise) ? Promise.all(values).then(record) : record(values)
      },
      source: (store) => ({ parts: there.map(([member, part]) => [member, part.source(store)]), isArray: isList }),
      told: there.flatMap(([, { told }]) => told),
      value: undefined,
    }
  })
}
