import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Memory, fileOf } from '../../index.ts'
import { Point } from '../key/key-of.ts'
import { Chance, NOTHING, Random, anyRecipe, smallRecipe } from './recipes.ts'

/** The function that is called; it is given to both processes by this file. */
export function inspected(...values: unknown[]): number {
  return values.length
}

/** A memory that knows the classes of the recipes. */
export function recipeMemory(directory: string): Memory {
  const memory = new Memory({ location: join(directory, 'store'), onError: 'throw' })
  memory.register(Point, { name: 'Point', encode: ({ x, y }) => ({ x, y }), decode: ({ x, y }) => new Point(x, y) })
  return memory
}

/** Keys of the calls that a seed makes, and of one with a file; an edition makes the same values in another way. */
export async function keysOfRecipes(
  seed: number,
  edition: number,
  count: number,
  directory: string,
): Promise<string[]> {
  const memory = recipeMemory(directory)
  const fn = memory.cache(inspected)
  const random = new Random(seed)
  const keys: string[] = []
  for (let index = 0; index < count; index++) {
    const recipes = Array.from({ length: random.below(4) }, () => anyRecipe(random))
    keys.push(fn.key(...new Chance(edition + index).values(recipes)))
  }
  const file = join(directory, `rows-${edition}`)
  writeFileSync(file, 'rows')
  keys.push(fn.key(fileOf(file)))
  await memory.close()
  return keys
}

/** How many keys `count` different calls of four functions have. */
export async function countDistinctKeys(seed: number, count: number, directory: string): Promise<number> {
  const memory = recipeMemory(directory)
  const others = ['one', 'two', 'three'].map((name) => memory.cache(inspected, { name, version: '1' }))
  const functions = [memory.cache(inspected), ...others]
  const [random, chance] = [new Random(seed), new Chance(3)]
  const [calls, keys] = [new Set<string>(), new Set<string>()]
  while (calls.size < count) {
    const at = random.below(functions.length)
    const args = Array.from({ length: random.below(4) }, () => smallRecipe(random))
    while (args.at(-1) === NOTHING) args.pop()
    const call = `${at}(${args.map((recipe) => recipe.text).join()})`
    if (calls.size === calls.add(call).size) continue
    keys.add(functions[at]!.key(...args.map((recipe) => recipe.make(chance))))
  }
  await memory.close()
  return keys.size
}
