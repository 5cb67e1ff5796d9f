import { builtin } from '../platform/builtin.ts'
import { foreignGlobalOf, mainGlobal } from '../value/realm.ts'
import { isPrimitive } from './captured-value.ts'

/** Globals of Node that programs can list; others that they can list are their own. */
const LISTED =
  'global clearImmediate setImmediate clearInterval clearTimeout setInterval setTimeout queueMicrotask structuredClone atob btoa performance fetch crypto navigator localStorage sessionStorage'.split(
    ' ',
  )

/** Whether a global comes with Node or the language, so that its name says what it is. */
export function isStandardGlobal(name: string): boolean {
  const property = Object.getOwnPropertyDescriptor(mainGlobal(), name)
  return property !== undefined && (property.enumerable !== true || LISTED.includes(name))
}

/** Modules of Node's that export native code, and which every program has loaded. */
const EXPORTING = ['node:util/types', 'node:buffer', 'node:fs', 'node:os', 'node:process', 'node:perf_hooks'] as const

/** Weak, as the realms of a test runner come and go. */
const intrinsics = new WeakMap<object, string>()
const listed = new WeakSet<object>()

/** The path by which the language's own functions are known, such as `Array.prototype.map`, in whichever realm they are. */
export function intrinsicName(fn: Function): string | undefined {
  listIntrinsics(globalThis)
  const foreign = intrinsics.has(fn) ? undefined : foreignGlobalOf(fn)
  if (foreign !== undefined) listIntrinsics(foreign)
  return intrinsics.get(fn)
}

function listIntrinsics(scope: object): void {
  if (listed.has(scope)) return
  listed.add(scope)
  const met = new Set<unknown>([scope])
  const note = (holder: object, path: string, depth: number): void => {
    for (const key of Reflect.ownKeys(holder)) {
      const property = Object.getOwnPropertyDescriptor(holder, key)!
      const name = `${path}.${String(key)}`
      for (const value of [property.value, property.get, property.set] as unknown[]) {
        if (isPrimitive(value) || met.has(value)) continue
        if (typeof value === 'function') add(value, name)
        if (depth < 2) note(value as object, name, depth + 1)
      }
    }
  }
  const add = (fn: Function, name: string): void => {
    met.add(fn)
    if (!intrinsics.has(fn)) intrinsics.set(fn, name)
  }
  for (const name of Object.getOwnPropertyNames(mainGlobal()).filter(isLanguage)) {
    const value = (scope as Record<string, unknown>)[name]
    if (isPrimitive(value)) continue
    if (typeof value === 'function') add(value, name)
    note(value as object, name, 0)
  }
}

type Exported = readonly [module: string, name: string]

let exported: Map<unknown, Exported> | undefined

/** The module and the name under which Node exports a function that is native code, of the modules that are loaded. */
export function exportedName(fn: Function): Exported | undefined {
  exported ??= listExported()
  return exported.get(fn)
}

function listExported(): Map<unknown, Exported> {
  const found = new Map<unknown, Exported>()
  for (const module of EXPORTING) {
    const exports = builtin(module) as object
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(exports)))
      if (typeof value === 'function' && isNamed(value, name)) found.set(value, [module, name])
  }
  return found
}

/** Not an alias. In late Nodes of the lines 22 and 24, what `util.types` exports has no name of its own. */
function isNamed(fn: Function, name: string): boolean {
  return fn.name === name || fn.name === ''
}

/** Getters of Node's would load what they give. */
function isLanguage(name: string): boolean {
  const property = Object.getOwnPropertyDescriptor(mainGlobal(), name)
  return property?.enumerable === false && !isPrimitive(property.value) && name !== 'globalThis' && name !== 'process'
}
