import { attempt } from '../code/captured-value.ts'
import type { Explored } from './exploration.ts'

/** One of the things that a fingerprint is made of. */
export interface CodePart {
  readonly kind: 'code' | 'helper' | 'capture' | 'dependency'
  readonly name: string
  readonly value: unknown
  /** Whether a short text of it may be kept with entries: not of code, and not of what may be a secret. */
  readonly isShown: boolean
}

type Said = readonly unknown[]

const OF_CAPTURED: ReadonlySet<unknown> = new Set(['value', 'data', 'symbol', 'made of', 'typeof'])

/** The parts of a function's code, nearest first. `name` is the function's. */
export function codePartsOf(explored: Explored, name: string): CodePart[] {
  return new Listing(explored, name).parts
}

/** The names of what a function changes itself, which is in no key. */
export function stateOf({ functions, deps, shown }: Explored): string[] {
  const lists = [...functions.map((said) => said.at(-1)), ...deps].filter((said) => Array.isArray(said)) as Said[][]
  const state = lists.flat().filter((said) => Array.isArray(said) && said[1] === 'state')
  return [...new Set(state.map((one) => shown.get(one) ?? String(one[0])))]
}

/** A walk along the fingerprint, function by function, each under the name by which it is first met. */
class Listing {
  readonly parts: CodePart[] = []
  readonly #explored: Explored
  readonly #pending: { number: number; name: string; isRoot: boolean }[] = []
  readonly #met = new Set<number>()

  constructor(explored: Explored, name: string) {
    this.#explored = explored
    for (const dep of explored.deps) this.#captured(dep as Said[], '', 'dependency')
    if (explored.coversRoot) this.#meet(0, name, true)
    for (const { number, name: known, isRoot } of this.#pending)
      this.#function(explored.functions[number]!, known, isRoot)
  }

  #meet(number: unknown, name: string, isRoot = false): void {
    if (typeof number !== 'number' || this.#met.has(number)) return
    this.#met.add(number)
    this.#pending.push({ number, name, isRoot })
  }

  #function([what, ...said]: Said, name: string, isRoot: boolean): void {
    const owner = isRoot ? '' : ` of ${name}`
    if (what === 'stamp') {
      this.#stamp(said as string[], name)
      const given = said.at(-1)
      if (Array.isArray(given)) this.#captured(given as Said[], ` of ${name}`, 'capture')
      return
    }
    if (what === 'bound') return this.#captured(said[0] as Said[], owner, 'capture')
    this.#add(isRoot ? 'code' : 'helper', name, isRoot ? withoutOwnName(String(said[0])) : said[0], false)
    if (Array.isArray(said[1])) this.#captured(said[1] as Said[], owner, 'capture')
  }

  #stamp([what, label = '', fn = '']: readonly string[], name: string): void {
    if (what !== 'package') return this.#add('helper', name, [what, label, fn], true)
    const at = label.lastIndexOf('@')
    this.#add('dependency', at > 0 ? label.slice(0, at) : name, at > 0 ? label.slice(at + 1) : label, true)
  }

  #captured(list: readonly Said[], owner: string, kind: 'capture' | 'dependency'): void {
    for (const one of list) {
      const [label, what, value] = one
      const shown = this.#explored.shown.get(one) ?? String(label)
      const name = `${what === 'typeof' ? 'typeof ' : ''}${shown}${owner}`
      if (what === 'function') this.#meet(value, name)
      else if (label === 'module') this.#add('dependency', String(what), value, true)
      else if (OF_CAPTURED.has(what))
        this.#add(kind, name, what === 'data' ? this.#datum(value) : value, mayBeShown(name))
    }
  }

  #datum(index: unknown): unknown {
    return attempt(this.#explored.data[index as number]!.read)
  }

  #add(kind: CodePart['kind'], name: string, value: unknown, isShown: boolean): void {
    this.parts.push({ kind, name, value, isShown })
  }
}

/** What stands in the environment, or was given to the program, may be a password. */
function mayBeShown(name: string): boolean {
  return !name.startsWith('process.env') && !name.startsWith('process.argv')
}

/** The text of a function that may be declared under another name, which is a part of its own. */
function withoutOwnName(text: string): string {
  const own = /^(?:async )?function\b *\*? *([\w$]+)/.exec(text)?.[1]
  if (own === undefined) return text
  return text.replaceAll(new RegExp(`(?<![\\w$.])${own.replaceAll('$', '\\$')}(?![\\w$])`, 'g'), '')
}
