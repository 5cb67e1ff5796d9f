/**
 * What the source of a script says of its names: which variables keep the values that they have. The file of a script says
 * it as well, unless it was written or loaded again since: then V8 is asked what it compiled.
 */
import { ofExploration } from './exploring.ts'
import { type Home, hasSeveralScripts, noteScript } from './home.ts'
import { type SourceNames, currentFile, isMinified, isUntouched, namesIn, sourceOf } from './module-file.ts'
import { readScripts } from './scripts.ts'
import { fileAt, namesFile } from './specifier.ts'

/** A script as the functions in it need to know it. It stays as it is, whatever becomes of its file. */
interface KnownScript {
  readonly home: Home
  readonly names: SourceNames | undefined
  /** By local names: whether the module that an import is from keeps its value. */
  readonly constantImports: Map<string, boolean>
}

const scripts = new Map<string, KnownScript>()
/** The scripts of the program whose files do not say what they are: one exploration reads them once. */
const changed = ofExploration(() => ({ areKnown: false }))
const minified = new Map<string | undefined, boolean>()

/** Whether a variable of this name keeps the value that it has, wherever in the module it is declared. */
export function isConstant(home: Home, name: string): boolean {
  const script = scriptOf(home)
  if (script?.names === undefined || script.names.assigned.has(name)) return false
  const imported = script.names.imports.get(name)
  if (imported === undefined) return true
  let isKept = script.constantImports.get(name)
  if (isKept === undefined) {
    isKept = isConstantImport(home.file!, imported.specifier, imported.exported)
    script.constantImports.set(name, isKept)
  }
  return isKept
}

/** Whether something in the module is known to assign to a variable of this name. */
export function isAssigned(home: Home, name: string): boolean {
  return scriptOf(home)?.names?.assigned.has(name) === true
}

/** Whether the top level of the module declares or imports a variable of this name; true where that is not known of its file. */
export function mayBeDeclared(home: Home, name: string): boolean {
  if (home.file === undefined) return false
  const names = scriptOf(home)?.names
  return names === undefined || names.declared.has(name) || names.imports.has(name)
}

/** Whether a minifier wrote the file, so that the names in it say nothing. */
export function isMinifiedScript({ file, scriptId }: Home): boolean {
  if (file === undefined) return false
  if (scriptId === undefined) return isMinified(currentFile(file)?.source ?? '')
  let known = minified.get(scriptId)
  // Asked once, of nearly every script: the state of its file, which costs more than what it says, need not be known.
  if (known === undefined) minified.set(scriptId, (known = isMinified(sourceOf(file) ?? '')))
  return known
}

function scriptOf(home: Home): KnownScript | undefined {
  const { file, scriptId } = home
  if (file === undefined || scriptId === undefined) return undefined
  const known = scripts.get(scriptId)
  if (known !== undefined) return known
  if (isUntouched(file) && !hasSeveralScripts(file)) return note(home, currentFile(file)?.names)
  if (!readChanged((one) => one.scriptId === scriptId)) return undefined
  return scripts.get(scriptId) ?? note(home, undefined)
}

function note(home: Home, names: SourceNames | undefined): KnownScript {
  const script = { home, names, constantImports: new Map<string, boolean>() }
  scripts.set(home.scriptId!, script)
  return script
}

/**
 * Reads the scripts that are wanted, and in one go others of the program whose files do not say what they are. False if
 * that failed, mostly at the end of the stack: what is not known to be constant is looked at before each call.
 */
function readChanged(isWanted: (home: Home) => boolean): boolean {
  const isUnknown = (home: Home): boolean =>
    home.file !== undefined &&
    !scripts.has(home.scriptId!) &&
    (isWanted(home) || (home.kind === 'source' && !isUntouched(home.file)))
  try {
    for (const script of readScripts((one) => isUnknown(noteScript(one))))
      note(noteScript(script), namesIn(script.source))
    const read = changed()
    if (read !== undefined) read.areKnown = true
    return true
  } catch {
    return false
  }
}

function isConstantImport(file: string, specifier: string, exported: string): boolean {
  if (!namesFile(specifier)) return !specifier.startsWith('#')
  const from = fileAt(file, specifier)
  if (from === undefined) return false
  if (from.endsWith('.json')) return true
  const versions = namesOfVersions(from)
  return (
    versions.length > 0 && versions.every((names) => names?.declared.has(exported) && !names.assigned.has(exported))
  )
}

/** Of each script that the file was, as it is not known which one an import is from. */
function namesOfVersions(file: string): (SourceNames | undefined)[] {
  if (isUntouched(file)) return [currentFile(file)?.names]
  const known = knownVersions(file)
  if (known.length > 0 && changed()?.areKnown === true) return known
  readChanged((home) => home.file === file)
  return knownVersions(file)
}

function knownVersions(file: string): (SourceNames | undefined)[] {
  return [...scripts.values()].filter(({ home }) => home.file === file).map(({ names }) => names)
}
