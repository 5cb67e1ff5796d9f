import { enumerableSymbols } from '../value/attached.ts'
import { shortened } from '../words/phrase.ts'
import { LONGEST_COUNT, writeCount } from './count.ts'
import { KeyFailure, within } from './failure.ts'
import { NO_PART } from './parts.ts'
import { writeText } from './text.ts'
import type { KeyParts, KeyWalk } from './walk.ts'

/** `Symbol.iterator` and the like, which are the same in every process. */
const LANGUAGE = new Set<unknown>(Reflect.ownKeys(Symbol).map((name) => Symbol[name as keyof typeof Symbol] as unknown))

/**
 * The enumerable properties of an object that are named by symbols, by names that are the same in every process and no other
 * symbol's; undefined where there are none.
 *
 * @throws KeyFailure for a symbol that nobody finds again.
 */
export function sharedSymbolsOf(object: object): ReadonlyMap<string, symbol> | undefined {
  const symbols = enumerableSymbols(object)
  return symbols && new Map(symbols.map((symbol) => [nameOf(symbol), symbol]))
}

function nameOf(symbol: symbol): string {
  const key = Symbol.keyFor(symbol)
  if (key !== undefined) return `[Symbol.for(${key})]`
  if (LANGUAGE.has(symbol)) return `[${symbol.description}]`
  throw within(
    new KeyFailure(
      'a property named by a symbol of its own cannot be hashed; name it by a string or by a symbol that `Symbol.for` gives, or leave it out with `ignore`.',
    ),
    `[${shortened(String(symbol))}]`,
  )
}

/** The properties named by strings as an object, then those named by symbols in the order of their names. */
export class SymbolParts implements KeyParts {
  part: unknown
  readonly #object: object
  readonly #listed: object
  readonly #named: readonly (readonly [string, symbol])[]
  #at = -1

  constructor(object: object, listed: object, named: ReadonlyMap<string, symbol>) {
    this.#object = object
    this.#listed = listed
    this.#named = [...named].sort(([one], [other]) => (one < other ? -1 : 1))
  }

  get segment(): string {
    return this.#at <= 0 ? '' : (this.#named[this.#at - 1]?.[0] ?? '')
  }

  next(walk: KeyWalk, position: number): number {
    const index = this.#at++
    if (index < 0) {
      this.part = this.#listed
      return position
    }
    const counted =
      index === 0 ? writeCount(walk.reserve(position, LONGEST_COUNT), position, this.#named.length) : position
    const next = this.#named[index]
    if (next === undefined) {
      this.part = NO_PART
      return counted
    }
    const [name, symbol] = next
    this.part = this.#object[symbol as keyof object]
    return writeText(walk, counted, name)
  }
}
