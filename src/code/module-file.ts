import { type ModuleNames, moduleNames } from '../native/binding.ts'
import { builtin } from '../platform/builtin.ts'

const { readFileSync, statSync } = builtin('node:fs')

/** How much of a file is looked at to tell whether it was minified, in characters. */
const SAMPLE = 64 * 1024
/** Times of change are as exact as this, in milliseconds: the clock of the system ticks, or the file system counts seconds. */
const TICK_MS = 20
const COARSE_MS = 2000
/** When the process began. Not `performance.timeOrigin`: what has that takes Node two milliseconds to load. */
const BEGAN_MS = Date.now() - process.uptime() * 1000

/** What the source of a module says of its names. */
export interface SourceNames {
  /** Names that something in it assigns to after their declaration, wherever that is. */
  readonly assigned: ReadonlySet<string>
  /** What its top level declares itself. */
  readonly declared: ReadonlySet<string>
  /** What it imports, by local names. */
  readonly imports: ReadonlyMap<string, ModuleNames['imports'][number]>
  /** Those of both that the inspector lists, if it is an ES module: V8 keeps what functions of the module may need. */
  readonly kept: ReadonlySet<string>
}

/** Undefined where they cannot be told. */
export function namesIn(source: string): SourceNames | undefined {
  const read = moduleNames(source)
  if (read === null) return undefined
  return {
    assigned: new Set(read.assigned),
    declared: new Set(read.declared),
    imports: new Map(read.imports.map((one) => [one.local, one])),
    kept: new Set(read.kept),
  }
}

/** The file of a module, as it was when it was read. */
export class ModuleFile {
  readonly source: string
  /** Another one if the file was written since. */
  readonly stamp: string
  #names: { readonly read: SourceNames | undefined } | undefined

  constructor(source: string, stamp: string) {
    this.source = source
    this.stamp = stamp
  }

  get names(): SourceNames | undefined {
    return (this.#names ??= { read: namesIn(this.source) }).read
  }
}

const files = new Map<string, ModuleFile | undefined>()

/** A file as it was at some time in this process; undefined where it could not be read. */
export function knownFile(path: string): ModuleFile | undefined {
  return files.has(path) ? files.get(path) : currentFile(path)
}

/** A file as it is now; undefined where it cannot be read. */
export function currentFile(path: string): ModuleFile | undefined {
  const stamp = stampOf(path)
  let file = files.get(path)
  if (file === undefined || file.stamp !== stamp) {
    // It may have gone since a moment ago.
    const source = stamp === undefined ? undefined : sourceOf(path)
    file = source === undefined ? undefined : new ModuleFile(source, stamp!)
    files.set(path, file)
  }
  return file
}

/** Whether a minifier wrote a source, so that the names in it say nothing: long lines, and white space where it must be. */
export function isMinified(source: string): boolean {
  const sample = source.slice(0, SAMPLE)
  const lines = sample.split('\n').filter((line) => line !== '').length
  const spaces = sample.match(/\s/g)?.length ?? 0
  return lines > 0 && sample.length > 120 * lines && sample.length > 8 * spaces
}

/** Whether a file says now what it said when the process began. */
export function isUntouched(path: string): boolean {
  try {
    const { mtimeNs, ctimeNs } = statSync(path, { bigint: true })
    // A file may have been given an earlier time of change, but not an earlier time at which that was done.
    const touched = mtimeNs > ctimeNs ? mtimeNs : ctimeNs
    const exactMs = touched % 1_000_000_000n === 0n ? COARSE_MS : TICK_MS
    return Number(touched / 1_000_000n) + exactMs < BEGAN_MS
  } catch {
    return false
  }
}

/** Undefined where there is no such file. */
export function stampOf(path: string): string | undefined {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
    return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`
  } catch {
    return undefined
  }
}

/** What a file says now; undefined where it cannot be read. */
export function sourceOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
