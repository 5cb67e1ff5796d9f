import { builtin } from '../platform/builtin.ts'
import { type ModuleFile, currentFile, knownFile } from './module-file.ts'
import { packageAround } from './package.ts'
import { type Script, listAllScripts, listScripts } from './scripts.ts'
import { fileAt, namesFile } from './specifier.ts'

const { fileURLToPath } = builtin('node:url')

/** Where a script comes from, as far as it matters to the functions in it. */
export interface Home {
  readonly kind: 'source' | 'package' | 'builtin' | 'unknown'
  /** Of a package, `name@version`; of a builtin that programs can import, its specifier. */
  readonly name: string
  /** Absolute path, where there is one. */
  readonly file: string | undefined
  /** V8's number of the script; undefined where it was not asked for. A module that is loaded again is another script. */
  readonly scriptId: string | undefined
}

/** The names of a module that the scopes of a function show. */
export interface SeenNames {
  readonly known: readonly string[]
  /** Whether these are all that V8 keeps of the names that its top level declares and imports. */
  readonly isAll: boolean
}

const homes = new Map<string, Home>()
/** How many scripts are known of each file. */
const scriptCounts = new Map<string, number>()

/**
 * The home of a script, by V8's number of it. `text` is a function's in it: with the names of its module, it may tell it
 * as one that another module imports.
 */
export function homeOfScript(scriptId: string, text: string, names: SeenNames): Home {
  let home = homes.get(scriptId) ?? homeAmongImports(scriptId, text, names)
  if (home !== undefined) return home
  for (const list of [listScripts, listAllScripts]) {
    for (const script of list()) noteScript(script)
    home = homes.get(scriptId)
    if (home !== undefined) return home
  }
  return noteHome(scriptId, { kind: 'unknown', name: '', file: undefined, scriptId })
}

/**
 * Notes that a script is `file`'s, which saves listing all scripts, if that can be told: the file holds the text of a
 * function and the names of its module.
 */
export function suggestHome(scriptId: string, file: string, text: string, names: SeenNames): void {
  if (!homes.has(scriptId)) noteIfOf(currentFile(file), scriptId, file, text, names)
}

/** The home of a script that the inspector lists. */
export function noteScript({ id, url }: Script): Home {
  return homes.get(id) ?? noteHome(id, homeOfUrl(id, url))
}

/** Whether a file was loaded more than once, as far as is known. */
export function hasSeveralScripts(file: string): boolean {
  return (scriptCounts.get(file) ?? 0) > 1
}

function noteHome(scriptId: string, home: Home): Home {
  homes.set(scriptId, home)
  if (home.file !== undefined) scriptCounts.set(home.file, (scriptCounts.get(home.file) ?? 0) + 1)
  return home
}

function noteIfOf(
  module: ModuleFile | undefined,
  scriptId: string,
  file: string,
  text: string,
  names: SeenNames,
): Home | undefined {
  if (module === undefined || !module.source.includes(text)) return undefined
  const isSame = names.isAll
    ? keepsExactly(module, names.known)
    : names.known.every((name) => module.source.includes(name))
  return isSame ? noteHome(scriptId, homeOfFile(scriptId, file)) : undefined
}

function keepsExactly({ names }: ModuleFile, known: readonly string[]): boolean {
  return names !== undefined && known.length === names.kept.size && known.every((name) => names.kept.has(name))
}

function homeAmongImports(scriptId: string, text: string, names: SeenNames): Home | undefined {
  if (!names.isAll) return undefined
  for (const { kind, file } of homes.values()) {
    if (kind !== 'source' || file === undefined) continue
    // Whatever version of a file is known: the text tells whether it is the script's.
    for (const { specifier } of knownFile(file)?.names?.imports.values() ?? []) {
      const imported = namesFile(specifier) ? fileAt(file, specifier) : undefined
      const found = imported && noteIfOf(knownFile(imported), scriptId, imported, text, names)
      if (found) return found
    }
  }
  return undefined
}

function homeOfUrl(scriptId: string, url: string): Home {
  if (url.startsWith('node:')) {
    return { kind: 'builtin', name: builtin('node:module').isBuiltin(url) ? url : '', file: undefined, scriptId }
  }
  const file = url.startsWith('file:') ? pathOfUrl(url) : url
  const isPath = file !== undefined && /^(?:\/|[A-Za-z]:[\\/])/.test(file)
  return isPath ? homeOfFile(scriptId, file) : { kind: 'unknown', name: '', file: undefined, scriptId }
}

function pathOfUrl(url: string): string | undefined {
  try {
    return fileURLToPath(url)
  } catch {
    return undefined
  }
}

function homeOfFile(scriptId: string, file: string): Home {
  const isPackage = /[\\/]node_modules[\\/]/.test(file)
  return { kind: isPackage ? 'package' : 'source', name: isPackage ? packageAround(file) : '', file, scriptId }
}
