import { builtin } from '../platform/builtin.ts'
import { type Strategy, checkStrategy } from './cache-options.ts'
import { checkFunction, checkKnown, checkString, invalid } from './check.ts'
import { defaultLocation } from './default-location.ts'
import { type Limits, type ResolvedLimits, resolveLimits } from './limits.ts'

const { resolve } = builtin('node:path')
const { fileURLToPath } = builtin('node:url')

/** How a memory is opened. An option that is undefined is as if it was not there. */
export interface MemoryOptions {
  /**
   * Directory of the store, made by the first run; a path, or a file URL. null: no caching, every wrapper is
   * transparent. A relative path is one from the current directory. Default from the environment variable
   * ENGRAM_LOCATION, else '.engram' beside the nearest package.json above
   * the script that Node was started with, or above the current directory where that is an installed tool, such as a test
   * runner, or there is no script.
   */
  location?: string | URL | null | undefined
  /**
   * Part of every key: results never cross projects. A non-empty string. Default from the environment variable
   * ENGRAM_PROJECT, else none.
   */
  project?: string | undefined
  /** Part of every key: results never cross domains. A non-empty string. Default none. */
  domain?: string | undefined
  /** Strategy of functions that name none. Default 'syntaxHash'. */
  strategy?: Strategy | undefined
  /**
   * How much the store may hold; applied on writes, and what was used least recently leaves first. In force are those of
   * the process that owns the directory; in it, the memory opened last decides. Default `{ maxBytes: '10GiB' }`.
   */
  limits?: Limits | undefined
  /**
   * What a stored result survives, once its call has returned. 'process': any crash of a process. 'power': a power cut
   * or a crash of the system too; each result is then synced to the disk, which takes milliseconds. Default 'process'.
   */
  durability?: 'process' | 'power' | undefined
  /**
   * 'readWrite'; 'readOnly' never writes, so that nothing is dropped either; 'refresh' never reads: every call runs and
   * overwrites; 'off' neither. Default from the environment variable ENGRAM_MODE, else 'readWrite'.
   */
  mode?: Mode | undefined
  /**
   * What a failing cache does to a call: 'warn' once per cause and function (a Node process warning of type
   * EngramWarning, with the code) and go on without it, or 'throw'. A damaged entry is only ever a warning. Default
   * 'warn'.
   */
  onError?: 'warn' | 'throw' | undefined
  /**
   * 0: silent. 1: a line on stderr for each run, and on a terminal how far hashing, storing and loading are that take over a
   * second. 2: for each hit too, with what it saved. Default from the environment variable ENGRAM_VERBOSE, else 0.
   */
  verbose?: 0 | 1 | 2 | undefined
  /**
   * Whether previews of arguments and captured values are kept with entries, so that `explain` can show what they were.
   * false keeps digests only: `explain` then says what differs, not how. Never kept of environment variables that are
   * read as `process.env.X` or named by `env`. Default true.
   */
  explainValues?: boolean | undefined
  /**
   * How structure bytes (all of a value but its large arrays) are compressed where that makes them smaller: 'lz4', which
   * costs next to nothing; 'zstd', smaller and slower; 'none'. Large arrays lie in files of their own as they are, so that
   * they can be mapped; `{ blobs: 'zstd' }` compresses those too, and then each hit decompresses a copy. What is stored
   * already stays as it is, and is read whatever is set. Default 'lz4'.
   */
  compression?: Compression | undefined
  /** Milliseconds since the epoch; for tests. Default Date.now. */
  clock?: (() => number) | undefined
}

/** What a memory may do: see {@link MemoryOptions.mode}. */
export type Mode = 'readWrite' | 'readOnly' | 'refresh' | 'off'

/** See {@link MemoryOptions.compression}. */
export type Compression = CompressionMethod | CompressionByPart

/** How the parts of results are compressed. */
export interface CompressionByPart {
  /** Structure bytes. Default 'lz4'. */
  inline?: CompressionMethod | undefined
  /** Large arrays. Default 'none': they can be mapped. */
  blobs?: 'none' | 'zstd' | undefined
}

/** How bytes are compressed; see {@link MemoryOptions.compression}. */
export type CompressionMethod = 'none' | 'lz4' | 'zstd'

/** Checked options of a memory. */
export interface ResolvedMemoryOptions {
  /** Absolute path, or null for no caching. */
  readonly location: string | null
  readonly project: string | undefined
  readonly domain: string | undefined
  readonly strategy: Strategy
  readonly limits: ResolvedLimits
  readonly durability: 'process' | 'power'
  readonly mode: Mode
  readonly onError: 'warn' | 'throw'
  readonly verbose: 0 | 1 | 2
  readonly explainValues: boolean
  readonly compression: { readonly inline: CompressionMethod; readonly blobs: 'none' | 'zstd' }
  readonly clock: () => number
}

const DEFAULT_MAX_BYTES = 10 * 1024 ** 3
const MODES: readonly unknown[] = ['readWrite', 'readOnly', 'refresh', 'off']
const METHODS: readonly unknown[] = ['none', 'lz4', 'zstd']
const STRINGS = ['project', 'domain'] as const
const KNOWN = [
  ...STRINGS,
  'location',
  'strategy',
  'limits',
  'durability',
  'mode',
  'onError',
  'verbose',
  'explainValues',
  'compression',
  'clock',
]

/** Checks what the constructor of a memory got. @throws EngramError ERR_INVALID_OPTION */
export function resolveMemoryOptions(given: MemoryOptions | string | URL | null | undefined): ResolvedMemoryOptions {
  const options = optionsOf(given)
  checkKnown(options, KNOWN)
  for (const option of STRINGS) checkString(options[option], option)
  checkFunction(options.clock, 'clock')
  return {
    location: resolveLocation(options.location),
    project: options.project ?? (process.env['ENGRAM_PROJECT'] || undefined),
    domain: options.domain ?? (process.env['ENGRAM_DOMAIN'] || undefined),
    strategy: checkStrategy(options.strategy ?? 'syntaxHash'),
    limits: resolveLimits(options.limits ?? {}, 'limits', DEFAULT_MAX_BYTES),
    durability: resolveDurability(options.durability),
    mode: resolveMode(options.mode),
    onError: resolveOnError(options.onError),
    verbose: resolveVerbose(options.verbose),
    explainValues: resolveExplainValues(options.explainValues),
    compression: resolveCompression(options.compression),
    clock: options.clock ?? Date.now,
  }
}

function optionsOf(given: MemoryOptions | string | URL | null | undefined): MemoryOptions {
  if (given === undefined) return {}
  if (given === null || typeof given === 'string' || given instanceof URL) return { location: given }
  return given
}

function resolveLocation(location: string | URL | null | undefined): string | null {
  if (location === undefined) return defaultLocation()
  if (location === null) return null
  if (location instanceof URL) {
    if (location.protocol === 'file:') return fileURLToPath(location)
    throw invalid(`The option 'location' must be a path or a file URL, not ${location.protocol}.`)
  }
  if (typeof location === 'string' && location !== '' && !location.includes('\0')) return resolve(location)
  throw invalid(`The option 'location' must be a directory's path, a file URL, or null for no caching.`)
}

function resolveMode(mode: Mode | undefined): Mode {
  const given = mode ?? (process.env['ENGRAM_MODE'] || 'readWrite')
  if (MODES.includes(given)) return given as Mode
  const source = mode === undefined ? 'The environment variable ENGRAM_MODE' : `The option 'mode'`
  throw invalid(`${source} must be 'readWrite', 'readOnly', 'refresh' or 'off'.`)
}

function resolveExplainValues(given: unknown = true): boolean {
  if (typeof given === 'boolean') return given
  throw invalid(`The option 'explainValues' must be true or false.`)
}

function resolveCompression(given: Compression = {}): ResolvedMemoryOptions['compression'] {
  const parts = (typeof given === 'object' && !Array.isArray(given) ? given : { inline: given }) as CompressionByPart
  checkKnown(parts, ['inline', 'blobs'])
  const { inline = 'lz4', blobs = 'none' } = parts
  if (METHODS.includes(inline) && (blobs === 'none' || blobs === 'zstd')) return { inline, blobs }
  throw invalid(
    `The option 'compression' must be 'none', 'lz4' or 'zstd', or an object whose 'inline' is one of these and whose 'blobs' is 'none' or 'zstd'.`,
  )
}

function resolveDurability(durability: unknown = 'process'): 'process' | 'power' {
  if (durability === 'process' || durability === 'power') return durability
  throw invalid(`The option 'durability' must be 'process' or 'power'.`)
}

function resolveOnError(onError: unknown = 'warn'): 'warn' | 'throw' {
  if (onError === 'warn' || onError === 'throw') return onError
  throw invalid(`The option 'onError' must be 'warn' or 'throw'.`)
}

function resolveVerbose(verbose: unknown): 0 | 1 | 2 {
  const given = verbose ?? Number(process.env['ENGRAM_VERBOSE'] || 0)
  if (given === 0 || given === 1 || given === 2) return given
  const source = verbose === undefined ? 'The environment variable ENGRAM_VERBOSE' : `The option 'verbose'`
  throw invalid(`${source} must be 0, 1 or 2.`)
}
