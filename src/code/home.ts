import { type ModuleNames, moduleNames } from '../native/binding.ts'
import { builtin } from '../platform/builtin.ts'
import { allScriptUrls, scriptUrls } from './reflection.ts'

const { existsSync, readFileSync, statSync } = builtin('node:fs')
const { isBuiltin } = builtin('node:module')
const { dirname, join } = builtin('node:path')
const { fileURLToPath } = builtin('node:url')

/** Where a script comes from, as far as it matters to the functions in it. */
export interface Home {
  readonly kind: 'source' | 'package' | 'builtin' | 'unknown'
  /** Of a package, `name@version`; of a builtin that programs can import, its specifier. */
  readonly name: string
  /** Absolute path, where there is one. */
  readonly file: string | undefined
}

/** The names of a module that the scopes of a function show. */
export interface SeenNames {
  readonly known: readonly string[]
  /** Whether these are all that its top level declares and imports. */
  readonly isAll: boolean
}

const UNKNOWN: Home = { kind: 'unknown', name: '', file: undefined }
const ENDINGS = ['', '.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '/index.ts', '/index.js']
const homes = new Map<string, Home>()
const sources = new Map<string, string | undefined>()
const namesByFile = new Map<string, SourceNames | undefined>()

/** Sets of what a source says of its names. */
interface SourceNames {
  readonly assigned: ReadonlySet<string>
  readonly declared: ReadonlySet<string>
  readonly imports: ReadonlyMap<string, ModuleNames['imports'][number]>
}

/**
 * The home of a script, by V8's number of it. `text` is a function's in it: with the names of its module, it may tell it
 * as one that another module imports.
 */
export function homeOfScript(scriptId: string, text: string, names: SeenNames): Home {
  let home = homes.get(scriptId) ?? homeAmongImports(scriptId, text, names)
  if (home !== undefined) return home
  for (const list of [scriptUrls, allScriptUrls]) {
    for (const [id, url] of list()) if (!homes.has(id)) homes.set(id, homeOfUrl(url))
    home = homes.get(scriptId)
    if (home !== undefined) return home
  }
  homes.set(scriptId, UNKNOWN)
  return UNKNOWN
}

/**
 * Notes that a script is `file`'s, which saves listing all scripts, if that can be told: the file holds the text of a
 * function and the names of its module.
 */
export function suggestHome(scriptId: string, file: string, text: string, names: SeenNames): void {
  if (homes.has(scriptId)) return
  const source = sourceOf(file)
  if (source === undefined || !source.includes(text)) return
  const isSame = names.isAll ? declaresExactly(file, names.known) : names.known.every((name) => source.includes(name))
  if (!isSame) return
  homes.set(scriptId, homeOfFile(file))
}

function declaresExactly(file: string, known: readonly string[]): boolean {
  const names = namesOf(file)
  if (names === undefined || known.length !== names.declared.size + names.imports.size) return false
  return known.every((name) => names.declared.has(name) || names.imports.has(name))
}

function homeAmongImports(scriptId: string, text: string, names: SeenNames): Home | undefined {
  if (!names.isAll) return undefined
  for (const home of homes.values()) {
    if (home.kind !== 'source' || home.file === undefined) continue
    for (const { specifier } of namesOf(home.file)?.imports.values() ?? []) {
      const file = /^\.{0,2}\//.test(specifier) ? moduleAt(home.file, specifier) : undefined
      if (file !== undefined) suggestHome(scriptId, file, text, names)
      const found = homes.get(scriptId)
      if (found !== undefined) return found
    }
  }
  return undefined
}

function homeOfUrl(url: string): Home {
  if (url.startsWith('node:')) return { kind: 'builtin', name: isBuiltin(url) ? url : '', file: undefined }
  const file = url.startsWith('file:') ? pathOfUrl(url) : url
  return file !== undefined && /^(?:\/|[A-Za-z]:[\\/])/.test(file) ? homeOfFile(file) : UNKNOWN
}

function pathOfUrl(url: string): string | undefined {
  try {
    return fileURLToPath(url)
  } catch {
    return undefined
  }
}

function homeOfFile(file: string): Home {
  const isPackage = /[\\/]node_modules[\\/]/.test(file)
  return { kind: isPackage ? 'package' : 'source', name: isPackage ? packageAround(file) : '', file }
}

/** `name@version` of the package that holds a file. A manifest without a name says only how to read `.js`. */
function packageAround(file: string): string {
  for (let folder = dirname(file); dirname(folder) !== folder; folder = dirname(folder)) {
    const label = packageLabel(join(folder, 'package.json'))
    if (label !== undefined) return label
  }
  return ''
}

/** `name@version` that a manifest gives. */
export function packageLabel(manifest: string): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, unknown>
    return typeof name === 'string' ? `${name}@${String(version ?? '')}` : undefined
  } catch {
    return undefined
  }
}

/** The installed package of this name, as seen from `file`: `name@version`; undefined where there is none. */
export function packageFrom(name: string, file: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const label = packageLabel(join(folder, 'node_modules', name, 'package.json'))
    if (label !== undefined || dirname(folder) === folder) return label
  }
}

/** Whether a variable of this name keeps the value that it has, wherever in the module it is declared. */
export function isConstant(home: Home, name: string): boolean {
  if (home.file === undefined) return false
  const known = namesOf(home.file)
  if (known === undefined || known.assigned.has(name)) return false
  const imported = known.imports.get(name)
  return imported === undefined || isConstantImport(home.file, imported)
}

/** Whether something in the module is known to assign to a variable of this name. */
export function isAssigned({ file }: Home, name: string): boolean {
  return file !== undefined && namesOf(file)?.assigned.has(name) === true
}

function isConstantImport(file: string, { specifier, exported }: ModuleNames['imports'][number]): boolean {
  if (!/^\.{0,2}\//.test(specifier)) return !specifier.startsWith('#')
  const from = moduleAt(file, specifier)
  if (from?.endsWith('.json') === true) return true
  const known = from === undefined ? undefined : namesOf(from)
  return known !== undefined && known.declared.has(exported) && !known.assigned.has(exported)
}

/** Of a file, how much is looked at to tell whether it was minified. */
const SAMPLE = 64 * 1024
const minified = new Map<string, boolean>()

/** Whether a minifier wrote the file, so that the names in it say nothing: long lines, and white space where it must be. */
export function isMinified({ file }: Home): boolean {
  if (file === undefined) return false
  let known = minified.get(file)
  if (known === undefined) {
    const sample = sourceOf(file)?.slice(0, SAMPLE) ?? ''
    const lines = sample.split('\n').filter((line) => line !== '').length
    const spaces = sample.match(/\s/g)?.length ?? 0
    known = lines > 0 && sample.length > 120 * lines && sample.length > 8 * spaces
    minified.set(file, known)
  }
  return known
}

const resolved = new Map<string, string | undefined>()

/** The file that a relative specifier names. */
export function moduleAt(file: string, specifier: string): string | undefined {
  const place = `${file}\0${specifier}`
  if (!resolved.has(place)) resolved.set(place, findModule(file, specifier))
  return resolved.get(place)
}

function findModule(file: string, specifier: string): string | undefined {
  const path = specifier.replace(/[?#].*$/, '')
  for (const start of startsOf(file, path)) {
    const bare = start.replace(/\.([mc]?)jsx?$/, '')
    const candidates = [...ENDINGS.map((ending) => start + ending), ...ENDINGS.slice(1).map((ending) => bare + ending)]
    const found = candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile())
    if (found !== undefined) return found
  }
  return undefined
}

/** Where a path may lead. Absolute ones are what vite makes of relative ones: they begin at the root of the project. */
function* startsOf(file: string, path: string): Generator<string> {
  if (!path.startsWith('/')) return yield join(dirname(file), path)
  yield path
  for (let folder = dirname(file); dirname(folder) !== folder; folder = dirname(folder)) yield join(folder, path)
}

function namesOf(file: string): SourceNames | undefined {
  if (namesByFile.has(file)) return namesByFile.get(file)
  const source = sourceOf(file)
  const read = source === undefined ? null : moduleNames(source)
  const known =
    read === null
      ? undefined
      : {
          assigned: new Set(read.assigned),
          declared: new Set(read.declared),
          imports: new Map(read.imports.map((one) => [one.local, one])),
        }
  namesByFile.set(file, known)
  return known
}

function sourceOf(file: string): string | undefined {
  if (!sources.has(file)) {
    let source: string | undefined
    try {
      source = readFileSync(file, 'utf8')
    } catch {
      // It was there when the program started.
    }
    sources.set(file, source)
  }
  return sources.get(file)
}
