import vm from 'node:vm'

import { withHash } from '../index.ts'
import { Point } from './key-of.ts'

/** Numbers that a seed decides, the same in every process. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** At least 0 and below `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
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

function leaf(text: string, make: (chance: Chance) => unknown, neighbour: (random: Random) => Recipe): Recipe {
  const recipe: Recipe = { text, parts: [], from: () => recipe, make, neighbour }
  return recipe
}

// ------------------------------------------------------------------------------------------------------ primitives

export const NOTHING: Recipe = leaf('undefined', () => undefined, () => NULL)
const NULL: Recipe = leaf('null', () => null, (random) => random.pick([NOTHING, flag(false), number(0), text('')]))

function flag(value: boolean): Recipe {
  return leaf(String(value), () => value, (random) => random.pick([flag(!value), number(Number(value)), text(String(value))]))
}

export function number(value: number): Recipe {
  const shown = Object.is(value, -0) ? '-0' : String(value)
  const near = (random: Random): Recipe => {
    if (value === 0) return number(Object.is(value, 0) ? -0 : 0)
    return random.pick([text(shown), number(-value), number(value + 1), boxed(number(value)), ...(Number.isInteger(value) ? [big(BigInt(value))] : [])])
  }
  // A NaN of other bits is the same NaN.
  const bits = Number.isNaN(value) ? () => new Float64Array(new BigUint64Array([0x7ff8000000000001n]).buffer)[0] : () => value
  return leaf(shown, bits, Number.isNaN(value) ? () => text('NaN') : near)
}

function big(value: bigint): Recipe {
  return leaf(`${value}n`, () => value, (random) => random.pick([big(value + 1n), big(-value - 1n), text(String(value))]))
}

export function text(value: string): Recipe {
  const make = ({ random }: Chance): string => {
    const at = random.below(value.length + 1)
    // Another way to be stored: in two parts, or as a part of a text of two bytes a character.
    return random.below(2) === 0 ? value.slice(0, at) + value.slice(at) : `${value}語`.slice(0, value.length)
  }
  return leaf(JSON.stringify(value), make, (random) => random.pick([text(`${value} `), text(`${value}\ud83d`), array([text(value)]), boxed(text(value))]))
}

function boxed(part: Recipe): Recipe {
  return leaf(`Object(${part.text})`, (chance) => Object(chance.value(part)), () => part)
}

// ------------------------------------------------------------------------------------------------- built-in types

function date(time: number): Recipe {
  const other = Number.isNaN(time) ? 0 : time + 1
  return leaf(`Date(${time})`, () => new Date(time), (random) => random.pick([date(other), number(other)]))
}

function expression(source: string, flags: string, lastIndex: number): Recipe {
  const near = [() => expression(`${source}b`, flags, lastIndex), () => expression(source, `${flags}i`, lastIndex), () => expression(source, flags, lastIndex + 1)]
  const make = (): RegExp => Object.assign(new RegExp(source, flags), { lastIndex })
  return leaf(`RegExp(${source},${flags},${lastIndex})`, make, (random) => random.pick(near)())
}

function address(path: string): Recipe {
  const url = `http://host/${path}`
  const make = ({ random }: Chance): URL => new URL(random.below(2) === 0 ? url : `http://HOST:80/./${path}`)
  return leaf(`URL(${url})`, make, (random) => random.pick([address(`${path}a`), text(url)]))
}

const ERRORS = [Error, TypeError, RangeError]

function failure(type: number, message: Recipe, cause: Recipe | undefined): Recipe {
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
      random.pick([failure((type + 1) % 3, message, cause), failure(type, text(`${words}!`), cause), failure(type, message, cause === undefined ? NOTHING : undefined)]),
  }
  return recipe
}

function point(x: Recipe, y: Recipe): Recipe {
  const make = (chance: Chance): Point => new Point(chance.value(x) as number, chance.value(y) as number)
  return { text: `Point(${x.text},${y.text})`, parts: [x, y], from: ([a, b]) => point(a!, b!), make, neighbour: () => record([['x', x], ['y', y]]) }
}

const scale = (factor: unknown) => (n: unknown) => [n, factor]

/** A function that captured a value; told by its fingerprint. */
function closure(factor: number): Recipe {
  return leaf(`scale(${factor})`, () => scale(factor), () => closure(factor + 1))
}

function standIn(words: string): Recipe {
  return leaf(`withHash(${words})`, ({ random }) => withHash({ id: random.below(9) }, words), () => standIn(`${words}'`))
}

function cycle(length: number): Recipe {
  const make = (): unknown => {
    const first: Record<string, unknown> = {}
    let last = first
    for (let index = 1; index < length; index++) last = (last['next'] = {}) as typeof first
    return Object.assign(first, length === 1 ? { next: first } : (Object.assign(last, { next: first }), {}))
  }
  return leaf(`cycle(${length})`, make, () => cycle(length + 1))
}

const VIEWS = [
  Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, BigInt64Array, BigUint64Array, Float32Array, Float64Array,
] as const

/** A typed array, a Buffer, a DataView or an ArrayBuffer, anywhere in what it lies in. */
export function binary(type: number, bytes: readonly number[]): Recipe {
  const View = VIEWS[type]
  const name = View?.name ?? ['Buffer', 'DataView', 'ArrayBuffer'][type - VIEWS.length]!
  const near = (random: Random): Recipe => {
    if (bytes.length === 0 || random.below(3) === 0) return binary((type + 1) % (VIEWS.length + 3), bytes)
    const at = random.below(bytes.length)
    return binary(type, bytes.map((byte, index) => (index === at ? byte ^ (1 << random.below(8)) : byte)))
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

// ----------------------------------------------------------------------------------------------------- containers

const foreignArray = vm.runInNewContext('() => []') as () => unknown[]

/** The recipe of a hole, in arrays alone. */
const HOLE: Recipe = leaf('<hole>', () => undefined, () => NOTHING)

export function array(items: readonly Recipe[]): Recipe {
  const make = (chance: Chance): unknown[] => {
    const made: unknown[] = chance.random.below(8) === 0 ? foreignArray() : []
    made.length = items.length
    for (const [index, item] of items.entries()) if (item !== HOLE) made[index] = chance.value(item)
    return made
  }
  const near = (random: Random): Recipe => {
    const at = random.below(items.length)
    const moved = [...items.slice(0, at), ...items.slice(at + 1), items[at]!]
    const holed = items.map((item, index) => (index !== at ? item : item === NOTHING ? HOLE : NOTHING))
    const choices = items.length === 0 ? [array([NOTHING]), array([HOLE]), set([])] : [array(moved), array(holed), array([...items, items[at]!]), array([array(items)]), array(items.slice(1)), ...(items.includes(HOLE) ? [] : [set(items)])]
    return random.pick(choices)
  }
  return { text: `[${items.map((item) => item.text).join()}]`, parts: items, from: array, make, neighbour: near }
}

export function record(entries: readonly (readonly [name: string, value: Recipe])[]): Recipe {
  const shown = entries.map(([name, value]) => `${JSON.stringify(name)}:${value.text}`).sort()
  const make = (chance: Chance): object => {
    const made = (chance.random.below(4) === 0 ? Object.create(null) : {}) as object
    for (const [name, value] of chance.random.shuffled(entries)) {
      const part = chance.value(value)
      const property = chance.random.below(8) === 0 ? { get: () => part } : { value: part, writable: true }
      Object.defineProperty(made, name, { ...property, enumerable: true, configurable: true })
    }
    return made
  }
  const near = (random: Random): Recipe => {
    const at = random.below(entries.length)
    const without = entries.filter((_, index) => index !== at)
    const free = `${entries[at]?.[0] ?? ''}'`
    return random.pick([
      record([...entries, [`${free}'`, NOTHING]]),
      map(entries.map(([name, value]) => [text(name), value])),
      ...(entries.length === 0 ? [] : [record(without), record([...without, [free, entries[at]![1]]])]),
    ])
  }
  const from = (parts: readonly Recipe[]): Recipe => record(entries.map(([name], index) => [name, parts[index]!]))
  return { text: `{${shown.join()}}`, parts: entries.map(([, value]) => value), from, make, neighbour: near }
}

function map(given: readonly (readonly [key: Recipe, value: Recipe])[]): Recipe {
  const values = new Map(given.map(([key, value]) => [entryOf(key).text, value]))
  const entries = distinct(given.map(([key]) => key)).map((key) => [key, values.get(key.text)!] as const)
  const shown = entries.map(([key, value]) => `${key.text}=>${value.text}`).sort()
  const make = (chance: Chance): unknown => new Map(chance.random.shuffled(entries).map(([key, value]) => [own(key, chance), chance.value(value)]))
  const from = (parts: readonly Recipe[]): Recipe => map(entries.map((_, index) => [parts[2 * index]!, parts[2 * index + 1]!]))
  const near = (random: Random): Recipe => random.pick([map([...entries, [text('new'), NULL]]), set(entries.map(([key, value]) => array([key, value]))), map(entries.slice(1))])
  return { text: `Map{${shown.join()}}`, parts: entries.flat(), from, make, neighbour: near }
}

function set(given: readonly Recipe[]): Recipe {
  const items = distinct(given)
  const make = (chance: Chance): unknown => new Set(chance.random.shuffled(items).map((item) => own(item, chance)))
  const near = (random: Random): Recipe => random.pick([array(items), set([...items, text('new')]), set(items.slice(1))])
  const shown = items.map((item) => item.text).sort()
  return { text: `Set{${shown.join()}}`, parts: items, from: set, make, neighbour: near }
}

/** Of equal primitives, a Map or Set has one; of equal objects, these recipes have one. */
function distinct(recipes: readonly Recipe[]): Recipe[] {
  return [...new Map(recipes.map((recipe) => [entryOf(recipe).text, entryOf(recipe)])).values()]
}

/** A Map or Set takes -0 for 0. */
function entryOf(recipe: Recipe): Recipe {
  return recipe.text === '-0' ? number(0) : recipe
}

/** Not one that stands elsewhere: as keys, equal objects count each, and one object once. */
function own(recipe: Recipe, chance: Chance): unknown {
  return recipe.make(chance)
}

// --------------------------------------------------------------------------------------------------------- choices

const NAMES = ['a', 'b', 'rows', 'x', '1', '10', '9', '__proto__', 'toString', '', 'größe', '\ud83d', 'a b']
const WORDS = ['', 'a', 'b', '1', 'true', 'null', 'é', '語', '\ud83d', '\ude00', '\ufffd', 'a'.repeat(43), '語'.repeat(60)]
const NUMBERS = [0, -0, 1, -1, 0.5, 1e300, -1e-300, 2 ** 53, Infinity, -Infinity, NaN]

const PRIMITIVES: readonly ((random: Random) => Recipe)[] = [
  () => NOTHING,
  () => NULL,
  (random) => flag(random.below(2) === 0),
  (random) => number(random.pick(NUMBERS)),
  (random) => number(random.below(2 ** 32) - 2 ** 31),
  (random) => number(random.below(2 ** 32) / 4096),
  (random) => big(BigInt(random.below(2 ** 32)) ** BigInt(random.below(4)) - 2n),
  (random) => text(random.pick(WORDS)),
  (random) => text(random.pick(WORDS) + random.below(1e6)),
]

const OBJECTS: readonly ((random: Random) => Recipe)[] = [
  (random) => date(random.pick([0, 5, NaN, random.below(2 ** 32)])),
  (random) => expression('a', random.pick(['', 'g', 'y']), random.below(3)),
  (random) => address(random.pick(['', 'a', 'b/c'])),
  (random) => failure(random.below(3), text(random.pick(WORDS)), random.pick([undefined, NOTHING, number(1)])),
  (random) => boxed(random.pick([number(random.below(9)), text('1'), flag(true), big(1n)])),
  (random) => binary(random.below(VIEWS.length + 3), Array.from({ length: 8 * random.below(3) }, () => random.below(256))),
  (random) => binary(random.below(VIEWS.length + 3), Array.from({ length: 4096 + 8 * random.below(2) }, (_, index) => index & random.below(256))),
  (random) => point(number(random.below(9)), number(random.below(9))),
  (random) => closure(random.below(9)),
  (random) => standIn(random.pick(WORDS)),
  (random) => cycle(1 + random.below(3)),
]

/** The recipe of a value of any kind that a key knows, with parts to some depth. */
export function anyRecipe(random: Random, depth = 3): Recipe {
  const choice = random.below(depth === 0 ? 6 : 12)
  if (choice < 4) return random.pick(PRIMITIVES)(random)
  if (choice < 6) return random.pick(OBJECTS)(random)
  return container(random, choice, depth - 1)
}

function container(random: Random, choice: number, depth: number): Recipe {
  const parts = Array.from({ length: random.below(5) }, () => anyRecipe(random, depth))
  if (choice < 8) return array(parts.map((part) => (random.below(8) === 0 ? HOLE : part)))
  const names = random.shuffled(NAMES)
  if (choice < 10) return record(parts.map((part, index) => [names[index]!, part]))
  return choice === 10 ? set(parts) : map(parts.map((key) => [key, anyRecipe(random, 0)]))
}

/** Primitives and small containers of them, fast to make: for a great many calls. */
export function smallRecipe(random: Random): Recipe {
  const choice = random.below(10)
  if (choice < 6) return random.pick(PRIMITIVES)(random)
  const parts = Array.from({ length: random.below(3) }, () => random.pick(PRIMITIVES)(random))
  return choice < 8 ? array(parts) : record(parts.map((part, index) => [NAMES[index]!, part]))
}

/** The recipe with one random part changed a little. */
export function oneChanged(recipe: Recipe, random: Random): Recipe {
  const { parts } = recipe
  if (parts.length === 0 || random.below(3) === 0) return recipe.neighbour(random)
  const at = random.below(parts.length)
  const changed = parts.map((part, index) => (index === at ? oneChanged(part, random) : part))
  return recipe.from(changed)
}
