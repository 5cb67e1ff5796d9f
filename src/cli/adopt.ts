import type { Command } from 'commander'
import { isCalled } from '../function/id.ts'
import { type Call, acting, commandOf } from './command.ts'
import { Misuse } from './exit-code.ts'
import { loadModule } from './module.ts'
import type { Column } from './table.ts'

interface Adopted {
  readonly name: string
  readonly entries: number
}

const COLUMNS: readonly Column<Adopted>[] = [
  { head: 'FUNCTION', text: ({ name }) => name, isFlexible: true },
  { head: 'ADOPTED', text: ({ entries }) => String(entries), isNumber: true },
]

export function adoptCommand(): Command {
  const command = commandOf(
    'adopt',
    'Take the entries of the code before for those of the present one, after an edit that changes no result',
  )
    .argument('<file>', 'a module that exports cached functions; its code runs')
    .argument('[functions...]', "only these: their ids, or the names after the '#' in them; default: all")
  return acting(command, adopt, ['adopt prices.ts', 'adopt prices.ts load --json'])
}

async function adopt({ args: [file, ...wanted], location, isNamed, output }: Call): Promise<void> {
  const module = await loadModule(file!, isNamed ? location : undefined)
  const all = new Map(
    Object.values(module)
      .filter(isCached)
      .map((one) => [one.id, one]),
  )
  if (all.size === 0) throw new Misuse(`${file} exports no function that \`memory.cache\` returned.`)
  const unknown = wanted.find((name) => ![...all.keys()].some((id) => isCalled(id, name)))
  if (unknown !== undefined)
    throw new Misuse(`${file} exports no cached function '${unknown}': ${[...all.keys()].join(', ')}.`)
  const chosen = [...all.values()].filter(({ id }) => wanted.length === 0 || wanted.some((name) => isCalled(id, name)))
  const adopted = chosen.map((one) => ({ name: one.id, entries: one.adopt() }))
  if (output.isJson) output.json(adopted)
  else output.table(COLUMNS)(adopted)
}

interface Cached {
  readonly id: string
  adopt(): number
}

function isCached(value: unknown): value is Cached {
  return typeof value === 'function' && 'adopt' in value && typeof value.adopt === 'function' && 'id' in value
}
