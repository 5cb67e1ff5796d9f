import { withHash } from '../../index.ts'
import { Point } from '../key/key-of.ts'
import { generator } from './random.ts'
import { TYPED_ARRAYS } from './typed-arrays.ts'

/** Choices that a seed decides, the same in every process. */
export class Random {
  readonly #next: () => number

  constructor(seed: number) {
    this.#next = generator(seed)
  }

  /** At least 0 and below `limit`. */
  below(limit: number): number {
    return Math.floor(this.#next() * limit)
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }

  shuffled<T>(items: readonly T[]): T[] {
    const rest = [...items]
    return items.map(() => rest.splice(this.below(rest.length), 1)[0] as T)
  }
}

/**
 * How to make a value, again and again. Values are equal just where their recipes have one text, which says the same in
 * another way than a key does.
 */
export interface Recipe {
  readonly text: string
  /** The recipes of the parts, which `from` takes in the same number. */
  readonly parts: readonly Recipe[]
  readonly from: (parts: readonly Recipe[]) => Recipe
  /** Makes the value; `chance` decides what must not matter. */
  readonly make: (chance: Chance) => unknown
  /** The recipe of another value that differs little. */
  readonly neighbour: (random: Random) => Recipe
}

/** What may be one way or the other in values that are equal: orders, sharing, places in buffers, realms. */
export class Chance {
  readonly random: Random
  readonly #made = new Map<string, unknown>()

  constructor(seed: number) {
    this.random = new Random(seed)
  }

  /** The value of a recipe; now and then the very one that stands elsewhere. */
  value(recipe: Recipe): unknown {
    if (this.#made.has(recipe.text) && this.random.below(2) === 0) return this.#made.get(recipe.text)
    const value = recipe.make(this)
    this.#made.set(recipe.text, value)
    return value
  }

  values(recipes: readonly Recipe[]): unknown[] {
    return recipes.map((recipe) => this.value(recipe))
  }
}

export function leaf(said: string, make: (chance: Chance) => unknown, neighbour: (random: Random) => Recipe): Recipe {
  const recipe: Recipe = { text: said, parts: [], from: () => recipe, make, neighbour }
  return recipe
}

// ------------------------------------------------------------------------------------------------------ primitives

export const NOTHING: Recipe = leaf(
  'undefined',
  () => undefined,
  () => NULL,
)
export const NULL: Recipe = leaf(
  'null',
  () => null,
  (random) => random.pick([NOTHING, flag(false), number(0), text('')]),
)

export function flag(value: boolean): Recipe {
  return leaf(
    String(value),
    () => value,
    (random) => random.pick([flag(!value), number(Number(value)), text(String(value))]),
  )
}

export function number(value: number): Recipe {
  const shown = Object.is(value, -0) ? '-0' : String(value)
  const near = (random: Random): Recipe => {
    if (value === 0) return number(Object.is(value, 0) ? -0 : 0)
    return random.pick([
      text(shown),
      number(-value),
      number(value + 1),
      boxed(number(value)),
      ...(Number.isInteger(value) ? [big(BigInt(value))] : []),
    ])
  }
  // A NaN of other bits is the same NaN.
  const bits = Number.isNaN(value)
    ? () => new Float64Array(new BigUint64Array([0x7ff8000000000001n]).buffer)[0]
    : () => value
  return leaf(shown, bits, Number.isNaN(value) ? () => text('NaN') : near)
}

export function big(value: bigint): Recipe {
  return leaf(
    `${value}n`,
    () => value,
    (random) => random.pick([big(value + 1n), big(-value - 1n), text(String(value))]),
  )
}

export function text(value: string): Recipe {
  const make = ({ random }: Chance): string => {
    const at = random.below(value.length + 1)
    // Another way to be stored: in two parts, or as a part of a text of two bytes a character.
    return random.below(2) === 0 ? value.slice(0, at) + value.slice(at) : `${value}語`.slice(0, value.length)
  }
  return leaf(JSON.stringify(value), make, (random) =>
    random.pick([text(`${value} `), text(`${value}\ud83d`), boxed(text(value))]),
  )
}

export function boxed(part: Recipe): Recipe {
  return leaf(
    `Object(${part.text})`,
    (chance) => Object(chance.value(part)),
    () => part,
  )
}

// ------------------------------------------------------------------------------------------------- built-in types

export function date(time: number): Recipe {
  const other = Number.isNaN(time) ? 0 : time + 1
  return leaf(
    `Date(${time})`,
    () => new Date(time),
    (random) => random.pick([date(other), number(other)]),
  )
}

export function expression(source: string, flags: string, lastIndex: number): Recipe {
  const near = [
    () => expression(`${source}b`, flags, lastIndex),
    () => expression(source, `${flags}i`, lastIndex),
    () => expression(source, flags, lastIndex + 1),
  ]
  const make = (): RegExp => Object.assign(new RegExp(source, flags), { lastIndex })
  return leaf(`RegExp(${source},${flags},${lastIndex})`, make, (random) => random.pick(near)())
}

export function address(path: string): Recipe {
  const url = `http://host/${path}`
  const make = ({ random }: Chance): URL => new URL(random.below(2) === 0 ? url : `http://HOST:80/./${path}`)
  return leaf(`URL(${url})`, make, (random) => random.pick([address(`${path}a`), text(url)]))
}

const ERRORS = [Error, TypeError, RangeError]

export function failure(type: number, message: Recipe, cause: Recipe | undefined): Recipe {
  const Type = ERRORS[type]!
  const words = message.text
  const recipe: Recipe = {
    text: `${Type.name}(${words}${cause === undefined ? '' : `,cause:${cause.text}`})`,
    parts: cause === undefined ? [] : [cause],
    from: ([part]) => failure(type, message, part),
    make: (chance) => {
      const said = String(chance.value(message))
      return cause === undefined ? new Type(said) : new Type(said, { cause: chance.value(cause) })
    },
    neighbour: (random) =>
      random.pick([
        failure((type + 1) % 3, message, cause),
        failure(type, text(`${words}!`), cause),
        failure(type, message, cause === undefined ? NOTHING : undefined),
      ]),
  }
  return recipe
}

export function point(x: Recipe, y: Recipe): Recipe {
  const make = (chance: Chance): Point => new Point(chance.value(x) as number, chance.value(y) as number)
  return {
    text: `Point(${x.text},${y.text})`,
    parts: [x, y],
    from: ([a, b]) => point(a!, b!),
    make,
    neighbour: () => point(y, point(x, y)),
  }
}

const scale = (factor: unknown) => (n: unknown) => [n, factor]

/** A function that captured a value; told by its fingerprint. */
export function closure(factor: number): Recipe {
  return leaf(
    `scale(${factor})`,
    () => scale(factor),
    () => closure(factor + 1),
  )
}

export function standIn(words: string): Recipe {
  return leaf(
    `withHash(${words})`,
    ({ random }) => withHash({ id: random.below(9) }, words),
    () => standIn(`${words}'`),
  )
}

export function cycle(length: number): Recipe {
  const make = (): unknown => {
    const first: Record<string, unknown> = {}
    let last = first
    for (let index = 1; index < length; index++) last = (last['next'] = {}) as typeof first
    return Object.assign(first, length === 1 ? { next: first } : (Object.assign(last, { next: first }), {}))
  }
  return leaf(`cycle(${length})`, make, () => cycle(length + 1))
}

/** A typed array, a Buffer, a DataView or an ArrayBuffer, anywhere in what it lies in. */
export function binary(type: number, bytes: readonly number[]): Recipe {
  const View = TYPED_ARRAYS[type]
  const name = View?.name ?? ['Buffer', 'DataView', 'ArrayBuffer'][type - TYPED_ARRAYS.length]!
  const near = (random: Random): Recipe => {
    if (bytes.length === 0 || random.below(3) === 0) return binary((type + 1) % (TYPED_ARRAYS.length + 3), bytes)
    const at = random.below(bytes.length)
    return binary(
      type,
      bytes.map((byte, index) => (index === at ? byte ^ (1 << random.below(8)) : byte)),
    )
  }
  const make = ({ random }: Chance): unknown => {
    const offset = name === 'ArrayBuffer' ? 0 : 8 * random.below(4)
    const length = offset + bytes.length + (name === 'ArrayBuffer' ? 0 : random.below(9))
    const isShared = name !== 'ArrayBuffer' && name !== 'Buffer' && random.below(4) === 0
    const around = isShared ? new SharedArrayBuffer(length) : new ArrayBuffer(length)
    new Uint8Array(around).fill(random.below(256)).set(bytes, offset)
    if (View !== undefined) return new View(around as ArrayBuffer, offset, bytes.length / View.BYTES_PER_ELEMENT)
    if (name === 'Buffer') return Buffer.from(around as ArrayBuffer, offset, bytes.length)
    return name === 'DataView' ? new DataView(around, offset, bytes.length) : around
  }
  return leaf(`${name}(${bytes.join()})`, make, near)
}
