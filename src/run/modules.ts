import { factsOf } from '../code/facts.ts'
import type { AnyFunction } from '../function/wrapped.ts'
import { builtin } from '../platform/builtin.ts'

const { existsSync, realpathSync } = builtin('node:fs')
const { dirname, extname, join } = builtin('node:path')

/** A function that was given to a family: its definition stands for it. */
export interface GivenFunction {
  readonly name: string
  readonly fn: AnyFunction
  /** Where it was given. */
  readonly file: string | undefined
}

/** Modules that may export a function. To import the one that the program was started with would run the program again. */
export interface Modules {
  /** Where the function was defined. */
  readonly home: string | undefined
  /** Where it was given, if that is another one. */
  readonly given: string | undefined
  /** Whether there is but the one that the program was started with. */
  readonly isOnlyEntry: boolean
}

const known = new WeakMap<GivenFunction, Modules>()
/** By function: to ask V8 takes milliseconds, and a map is a step of its own. */
const homes = new WeakMap<Function, string | undefined>()

export function modulesOf(definition: GivenFunction): Modules {
  let modules = known.get(definition)
  if (modules === undefined) known.set(definition, (modules = found(definition)))
  return modules
}

function found({ fn, file }: GivenFunction): Modules {
  const home = homeFileOf(fn)
  const [ofHome, ofFile] = [importable(home), home === file ? undefined : importable(file)]
  const isNone = ofHome === undefined && ofFile === undefined
  const isOnlyEntry = isNone && [home, file].some((one) => one !== undefined && isEntry(one))
  return { home: ofHome, given: ofFile, isOnlyEntry }
}

function importable(file: string | undefined): string | undefined {
  return file === undefined || isEntry(file) || !existsSync(file) ? undefined : file
}

/** The file in which it was defined; undefined where that cannot be told. */
export function homeFileOf(fn: Function): string | undefined {
  if (!homes.has(fn)) homes.set(fn, lookedUp(fn))
  return homes.get(fn)
}

function lookedUp(fn: Function): string | undefined {
  try {
    return factsOf([fn], true, undefined)[0]?.home.file
  } catch {
    return undefined
  }
}

/** Whether the process was started with this file. Node names it as it was given, maybe without its extension. */
function isEntry(file: string): boolean {
  const started = process.argv[1]
  if (started === undefined) return false
  const [given, own] = [resolved(started), resolved(file)]
  if (given === own || given === own.slice(0, own.length - extname(own).length)) return true
  return dirname(own) === given && own.startsWith(join(given, 'index.'))
}

function resolved(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
