import { nameOf, textOf } from '../function/text.ts'
import { type Wrapped, wrappedIn } from '../function/wrapped.ts'
import { type FreeVariable, type Reading, USE, digestOfText, readFunction } from '../native/binding.ts'
import { EngramError } from '../words/error.ts'
import { wordsOf } from '../words/phrase.ts'
import { originalText } from './coverage.ts'
import { ofExploration } from './exploring.ts'
import { type Home, type SeenNames, homeOfScript, suggestHome } from './home.ts'
import { exportedName, intrinsicName } from './intrinsic.ts'
import { type Reflection, type Scope, reflectAll } from './reflection.ts'
import { isMinifiedScript } from './script-names.ts'
import { namesFile } from './specifier.ts'

/** What a function is, and what it finds around it. */
export interface FunctionFacts {
  readonly fn: Function
  readonly text: string
  /** What the text says; where it cannot be read, why. */
  readonly reading: Reading | string
  readonly home: Home
  readonly reflection: Reflection | undefined
  /** Stands for all that the function is, where its code does not count: a package, a builtin, a wrapper's version. */
  readonly stamp: readonly string[] | undefined
  /** Of one that is cached: see `Wrapped`. */
  readonly closure: (() => string | undefined) | undefined
}

/** A variable as a function sees it. */
export interface Sight {
  readonly value: unknown
  /** False for one that has no value yet. */
  readonly isReadable: boolean
  readonly scope: Scope
}

/** Names that nobody takes for something else. */
const PLAIN = new Set(['undefined', 'NaN', 'Infinity'])
/** What loaders put beside a module's own names. */
const GIVEN = /^(?:__.*|require|module|exports)$/
const NATIVE = /\{\s*\[native code\]\s*\}\s*$/

const readings = new WeakMap<Function, Reading | string>()
const namelessReadings = new WeakMap<Function, Reading | string>()
let isBlind = false
let hasSeen = false
const knownFacts = ofExploration(() => new Map<Function, FunctionFacts>())

/** Whether the inspector could not be used. */
export function isInspectorMissing(): boolean {
  return isBlind
}

/** Where `isNameless`, the names of variables do not count. */
export function readingOf(fn: Function, isNameless = false): Reading | string {
  const known = isNameless ? namelessReadings : readings
  let reading = known.get(fn)
  if (reading === undefined) known.set(fn, (reading = readFunction(originalText(fn), isNameless)))
  return reading
}

/** Whether nobody takes this name for something else. */
export function isPlainName(name: string): boolean {
  return PLAIN.has(name)
}

export function isNative(fn: Function): boolean {
  return NATIVE.test(textOf(fn))
}

/** `file` is where the first of them was wrapped: it is probably defined there. */
export function factsOf(functions: readonly Function[], isRoot: boolean, file: string | undefined): FunctionFacts[] {
  const known = knownFacts()
  if (isRoot || known === undefined) return readFacts(functions, isRoot, file)
  const asked = functions.filter((fn) => !known.has(fn))
  for (const [index, facts] of readFacts(asked, false, undefined).entries()) known.set(asked[index]!, facts)
  return functions.map((fn) => known.get(fn)!)
}

function readFacts(functions: readonly Function[], isRoot: boolean, file: string | undefined): FunctionFacts[] {
  const hint = isRoot ? file : undefined
  const seen = functions.map((fn) => wrappedIn(fn)?.fn ?? fn)
  const reflected = reflectionsOf(seen.map((fn) => (hasSight(fn, isRoot) || loadsFiles(fn) ? fn : undefined)))
  return functions.map((given, index) => {
    const fn = seen[index]!
    const reflection = hasSight(fn, isRoot) ? reflected[index] : undefined
    const home = reflection === undefined ? homeOfBlind(fn, reflected[index], hint) : homeOf(fn, reflection, hint)
    return factsFrom(fn, reflection, home, wrappedIn(given))
  })
}

/** The values that variables have now, by the functions that see them. */
export function lookAgain(sights: readonly { fn: Function; name: string }[]): unknown[] {
  // To look through a function's eyes once is dear enough.
  const functions = [...new Set(sights.map(({ fn }) => fn))]
  const reflections = reflectionsOf(functions)
  const reflected = new Map(functions.map((fn, index) => [fn, reflections[index]]))
  return sights.map(({ fn, name }) => {
    const reflection = reflected.get(fn)
    const sight = reflection && sightOf(reflection, name)
    return sight?.isReadable === true ? sight.value : undefined
  })
}

export function sightOf({ scopes }: Reflection, name: string): Sight | undefined {
  for (const scope of scopes) {
    if (!Object.hasOwn(scope.values, name)) continue
    try {
      return { value: scope.values[name], isReadable: true, scope }
    } catch {
      // Declared further down than the program has come.
      return { value: undefined, isReadable: false, scope }
    }
  }
  return undefined
}

/** Whether a function may see variables that count. */
function hasSight(fn: Function, isRoot: boolean): boolean {
  if (isNative(fn)) return intrinsicName(fn) === undefined
  if (!isRoot) return true
  const reading = readingOf(fn)
  return (
    typeof reading !== 'string' &&
    (reading.ownName !== undefined || reading.freeVariables.some((one) => !PLAIN.has(one.name) && !isState(one)))
  )
}

/** Whether it matters where the function was defined, though it captured nothing: it loads modules that lie beside it. */
function loadsFiles(fn: Function): boolean {
  if (isNative(fn)) return false
  const reading = readingOf(fn)
  return typeof reading !== 'string' && [...reading.imports, ...reading.requires].some(namesFile)
}

/** A variable that the function assigns, whatever value it has. */
function isState({ paths }: FreeVariable): boolean {
  return paths.some(({ path, uses }) => path.length === 0 && (uses & USE.assigned) !== 0)
}

function reflectionsOf(functions: readonly (Function | undefined)[]): (Reflection | undefined)[] {
  const asked = functions.filter((fn) => fn !== undefined)
  if (isBlind || asked.length === 0) return functions.map(() => undefined)
  try {
    const found = reflectAll(asked).values()
    hasSeen = true
    return functions.map((fn) => (fn === undefined ? undefined : found.next().value))
  } catch (error) {
    // The end of the stack, mostly: a matter of this call. The next one may see again.
    if (hasSeen || error instanceof RangeError) throw unread(error)
    isBlind = true
    return functions.map(() => undefined)
  }
}

function unread(cause: unknown): EngramError {
  const message = `the captured values cannot be read: ${wordsOf(cause)}; make the call from a shallower stack.`
  return new EngramError('ERR_UNHASHABLE', message, { cause })
}

function factsFrom(
  fn: Function,
  reflection: Reflection | undefined,
  home: Home,
  wrapped: Wrapped | undefined,
): FunctionFacts {
  const text = textOf(fn)
  const named = wrapped?.stamp === undefined ? stampOf(fn, home) : ['cached', wrapped.stamp]
  const reading = named === undefined && !isNative(fn) ? readingOf(fn, isMinifiedScript(home)) : 'native'
  return { fn, text, reading, home, reflection, stamp: named, closure: wrapped?.closure }
}

/** `file` is where the function was wrapped, if it was. */
function homeOf(fn: Function, { scriptId, scopes }: Reflection, file: string | undefined): Home {
  if (scriptId === undefined) return wrappingHome(file)
  const names = namesSeen(scopes.at(-1))
  if (file !== undefined) suggestHome(scriptId, file, textOf(fn), names)
  try {
    return homeOfScript(scriptId, textOf(fn), names)
  } catch {
    return wrappingHome(undefined)
  }
}

/** Of a function that captured nothing: where it was wrapped, unless it is known to be of another file of the program. */
function homeOfBlind(fn: Function, reflection: Reflection | undefined, file: string | undefined): Home {
  const wrapping = wrappingHome(file)
  if (reflection === undefined) return wrapping
  const home = homeOf(fn, reflection, file)
  return home.kind === 'source' ? home : wrapping
}

function wrappingHome(file: string | undefined): Home {
  return { kind: file === undefined ? 'unknown' : 'source', name: '', file, scriptId: undefined }
}

/** Listed when they are asked for: most functions are of a script whose home is known. */
function namesSeen(module: Scope | undefined): SeenNames {
  return {
    get known() {
      return module === undefined ? [] : Object.keys(module.values).filter((name) => !GIVEN.test(name))
    },
    isAll: module?.type === 'Module',
  }
}

function stampOf(fn: Function, home: Home): string[] | undefined {
  const intrinsic = isNative(fn) ? intrinsicName(fn) : undefined
  if (intrinsic !== undefined) return ['language', intrinsic]
  const exported = isNative(fn) ? exportedName(fn) : undefined
  if (exported !== undefined) return ['builtin', ...exported]
  if (home.kind === 'builtin') return ['builtin', home.name, nameOf(fn)]
  // Two functions of one name in one package are told apart by their text.
  if (home.kind === 'package') return ['package', home.name, nameOf(fn), digestOfText(textOf(fn))]
  return undefined
}
