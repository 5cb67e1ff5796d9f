// Says the keys of the values that a seed makes: `keys-of-recipes.ts <seed> <edition> <count> <directory>`. The edition
// decides what must not matter.
import { keysOfRecipes } from '../../kit/recipe-keys.ts'

const [seed, edition, count, directory] = process.argv.slice(2) as [string, string, string, string]
process.stdout.write((await keysOfRecipes(Number(seed), Number(edition), Number(count), directory)).join('\n'))
