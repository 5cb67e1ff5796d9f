import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { run } from '../kit/program.ts'
import { countDistinctKeys, inspected, keysOfRecipes, recipeMemory } from '../kit/recipe-keys.ts'
import {
  Chance,
  NOTHING,
  Random,
  type Recipe,
  anyRecipe,
  array,
  binary,
  number,
  oneChanged,
  record,
  text,
} from '../kit/recipes.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'
import { keyOf } from './key-of.ts'

const seed = fc.integer()

test('values that another process makes in another way have the same keys', async (t) => {
  const count = 2000
  const [first, second] = [Date.now() & 0xffff, 7]
  const here = await keysOfRecipes(first, 1, count, temporaryDirectory(t))
  const there = await run('keys-of-recipes.ts', String(first), String(second), String(count), temporaryDirectory(t))
  t.is(there.stderr, '')
  const keys = there.stdout.split('\n')
  t.is(keys.length, count + 1)
  for (const [index, key] of keys.entries()) t.is(here[index], key, `call ${index} of seed ${first}`)
  t.true(new Set(keys).size > count / 2)
})

/** Checks that keys say the same of two recipes as their texts do. */
function agree(t: ExecutionContext, one: Recipe, other: Recipe, key: (value: unknown) => string): void {
  const [a, b] = [key(new Chance(1).value(one)), key(new Chance(2).value(other))]
  t.is(a === b, one.text === other.text, `${one.text} and ${other.text}`)
}

test('a value made in another way has the same key, and one with a single change has another', async (t) => {
  const memory = recipeMemory(temporaryDirectory(t))
  const fn = memory.cache(inspected)
  let changes = 0
  fc.assert(
    fc.property(seed, (start) => {
      const random = new Random(start)
      const recipe = anyRecipe(random)
      agree(t, recipe, recipe, fn.key)
      const changed = oneChanged(recipe, random)
      if (changed.text !== recipe.text) changes++
      agree(t, recipe, changed, fn.key)
    }),
    { numRuns: 2000 },
  )
  t.true(changes > 1000)
  await memory.close()
})

// What tells values apart that are taken for one easily; each is found by chance above, and surely here.
const NEIGHBOURS: Readonly<Record<string, readonly [Recipe, Recipe]>> = {
  'a number and its text': [number(1), text('1')],
  'zero and minus zero': [number(0), number(-0)],
  'a lone surrogate and what stands for it': [text(`${'x'.repeat(50)}\ud83d`), text(`${'x'.repeat(50)}\ufffd`)],
  'a key renamed': [record([['a', number(1)]]), record([['b', number(1)]])],
  'an element moved': [array([number(1), number(2), number(3)]), array([number(2), number(3), number(1)])],
  'an element moved into the next array': [
    array([array([number(1)]), array([])]),
    array([array([]), array([number(1)])]),
  ],
  'a property that is undefined': [record([]), record([['a', NOTHING]])],
  'one bit of a small view': [binary(5, [0, 0, 0, 0, 0, 0, 0, 0]), binary(5, [0, 0, 0, 0, 0, 0, 0, 1])],
  'one bit of a large view': [binary(1, Array<number>(8192).fill(0)), binary(1, [...Array<number>(8191).fill(0), 128])],
  'the type of a view': [binary(0, [1, 2, 3, 4, 5, 6, 7, 8]), binary(1, [1, 2, 3, 4, 5, 6, 7, 8])],
}

for (const [what, [one, other]] of Object.entries(NEIGHBOURS)) {
  test(`${what} makes another key, at every depth`, (t) => {
    const wraps: readonly ((recipe: Recipe) => Recipe)[] = [
      (inner) => inner,
      (inner) => array([inner]),
      (inner) => record([['deep', array([record([['er', inner]])])]]),
    ]
    for (const wrap of wraps) agree(t, wrap(one), wrap(other), keyOf)
  })
}

// The soak takes a million.
test('of many different calls no two share a key', async (t) => {
  const count = 50_000
  t.is(await countDistinctKeys(20_260_101, count, temporaryDirectory(t)), count)
})
