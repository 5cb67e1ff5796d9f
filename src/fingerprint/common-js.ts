/**
 * What Node gives to every CommonJS module. Paths must not be in a key, and the rest shows where it is used.
 */
import { attempt, isPrimitive } from '../code/captured-value.ts'
import type { Sight } from '../code/facts.ts'
import type { Home } from '../code/home.ts'
import { builtin } from '../platform/builtin.ts'

const { dirname } = builtin('node:path')

/** Whether a variable of this name is what a module was given, not one of the user's own that has its name. */
export function isGivenToModule(name: string, sight: Sight | undefined, { file }: Home): boolean {
  switch (name) {
    case 'require':
      return sight === undefined || isRequire(sight.value)
    case 'module':
      return sight === undefined || (sight.scope.type !== 'Module' && hasExports(sight.value))
    case '__filename':
      return sight === undefined || isPlace(sight, file)
    case '__dirname':
      return sight === undefined || isPlace(sight, file && dirname(file))
    default:
      return false
  }
}

/** What Node gives, and what `createRequire` makes. */
export function isRequire(value: unknown): value is NodeJS.Require {
  return typeof value === 'function' && attempt(() => 'resolve' in value && 'extensions' in value) === true
}

function hasExports(value: unknown): boolean {
  return !isPrimitive(value) && attempt(() => Object.hasOwn(value as object, 'exports')) === true
}

/** Modules of the other kind make it themselves: `const __dirname = dirname(fileURLToPath(import.meta.url))`. */
function isPlace({ value, scope }: Sight, place: string | undefined): boolean {
  return place === undefined ? scope.type !== 'Module' : value === place
}
