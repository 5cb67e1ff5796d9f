import vm from 'node:vm'
import {
  NOTHING,
  NULL,
  type Chance,
  type Random,
  address,
  big,
  binary,
  boxed,
  closure,
  cycle,
  date,
  expression,
  failure,
  flag,
  leaf,
  number,
  point,
  standIn,
  text,
  type Recipe,
} from './recipe.ts'
import { TYPED_ARRAYS } from './typed-arrays.ts'

export { Chance, NOTHING, Random, type Recipe, binary, number, text } from './recipe.ts'

// ----------------------------------------------------------------------------------------------------- containers

const foreignArray = vm.runInNewContext('() => []') as () => unknown[]

/** The recipe of a hole, in arrays alone. */
const HOLE: Recipe = leaf(
  '<hole>',
  () => undefined,
  () => NOTHING,
)

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
    const choices =
      items.length === 0
        ? [array([NOTHING]), array([HOLE]), set([])]
        : [
            array(moved),
            array(holed),
            array([...items, items[at]!]),
            array([array(items)]),
            array(items.slice(1)),
            ...(items.includes(HOLE) ? [] : [set(items)]),
          ]
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
  const make = (chance: Chance): unknown =>
    new Map(chance.random.shuffled(entries).map(([key, value]) => [own(key, chance), chance.value(value)]))
  const from = (parts: readonly Recipe[]): Recipe =>
    map(entries.map((_, index) => [parts[2 * index]!, parts[2 * index + 1]!]))
  const near = (random: Random): Recipe =>
    random.pick([
      map([...entries, [text('new'), NULL]]),
      set(entries.map(([key, value]) => array([key, value]))),
      map(entries.slice(1)),
    ])
  return { text: `Map{${shown.join()}}`, parts: entries.flat(), from, make, neighbour: near }
}

function set(given: readonly Recipe[]): Recipe {
  const items = distinct(given)
  const make = (chance: Chance): unknown => new Set(chance.random.shuffled(items).map((item) => own(item, chance)))
  const near = (random: Random): Recipe =>
    random.pick([array(items), set([...items, text('new')]), set(items.slice(1))])
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
const WORDS = [
  '',
  'a',
  'b',
  '1',
  'true',
  'null',
  'é',
  '語',
  '\ud83d',
  '\ude00',
  '\ufffd',
  'a'.repeat(43),
  '語'.repeat(60),
]
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
  (random) =>
    binary(
      random.below(TYPED_ARRAYS.length + 3),
      Array.from({ length: 8 * random.below(3) }, () => random.below(256)),
    ),
  (random) =>
    binary(
      random.below(TYPED_ARRAYS.length + 3),
      Array.from({ length: 4096 + 8 * random.below(2) }, (_, index) => index & random.below(256)),
    ),
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
