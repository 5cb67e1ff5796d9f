/**
 * The core, as an addon: what the rest of the package has of it.
 */
import type { ByteSink } from '../platform/byte-sink.ts'
import { EngramError, type EngramErrorCode } from '../words/error.ts'
import {
  type Calling,
  type Difference,
  type Entry,
  type EntryReference as NativeReference,
  type FreeVariable,
  type FunctionEntries as NativeEntries,
  type Identity,
  type LoadedValue,
  type ModuleNames,
  type PathUse,
  type Reading,
  type RecordFilter,
  type RecordId,
  type RecordRow as NativeRecordRow,
  type Store,
  type Sums,
  loadAddon,
} from './addon.ts'

const binding = loadAddon()

export type {
  Calling,
  Difference,
  Entry,
  FreeVariable,
  Identity,
  LoadedValue,
  ModuleNames,
  NativeEntries,
  NativeRecordRow,
  NativeReference,
  PathUse,
  Reading,
  RecordFilter,
  RecordId,
  Store,
  Sums,
}

/** Answers of `NativeEntries.recall` and `NativeEntries.lookup` that are not the length of structure bytes. */
export const ANSWER = {
  absent: -1,
  corrupt: -2,
  dangling: -3,
  format: -4,
  /** A hit whose value `load` brings. */
  large: -5,
  /** The store could not be read: `takeFailure` says why. */
  failed: -6,
  /** No usable entry, and somebody else is computing it. */
  held: -7,
  /** This and what is below it: a hit of `withBuffers - answer` structure bytes, whose buffers `buffers` brings. */
  withBuffers: -16,
} as const

/** Whether an answer says that there is a usable entry. */
export function isHit(answer: number): boolean {
  return answer >= 0 || answer === ANSWER.large || answer <= ANSWER.withBuffers
}

/** What a call does when its wait for another's run is over. */
export const TURN = {
  /** There should be an entry now. */
  lookAgain: 0,
  /** Run: the lease is this thread's. */
  granted: 1,
  /** Run without a lease. */
  free: 2,
  /** The run is asynchronous: wait without standing still. */
  promised: 3,
} as const

export type Turn = (typeof TURN)[keyof typeof TURN]

export const attachScratch = binding.attachScratch

/** Hashes a large view where it lies: its 32-byte BLAKE3 digest goes into the sink at `at`. */
export function digestView(view: Uint8Array, sink: ByteSink, at: number): void {
  binding.digestInto(view, sink.bytes, at)
}

/** From now on, operations of this process that take over a second say on stderr how far they are. */
export const showProgress = binding.showProgress

/** Hexadecimal digest of the value whose structure bytes, that many, are in the scratch, and of its buffers. */
export const outputDigest = binding.outputDigest

/** BLAKE3 of a text, in hexadecimal. */
export const digestOfText = binding.digestOfText

/** BLAKE3 of a file's content, in hexadecimal. Throws what the system says. */
export const digestOfFile = binding.digestOfFile

/** The parameters of the function with this text; null where they cannot be read. */
export const parametersOf = binding.parametersOf

/**
 * What the text of a function says about what it depends on; where it cannot be read, why: 'native', 'syntax', 'long',
 * 'deep' or 'thread'. Those of a minified text have no names of variables.
 */
export const readFunction = binding.readFunction

/** The text of a function without the counters of a coverage tool; null where it cannot be read. */
export const withoutCounters = binding.withoutCounters

/** What the names of the module with this source stand for; null where they cannot be told. */
export const moduleNames = binding.moduleNames

/** Bits of `PathUse.uses`. */
export const USE = {
  read: 1,
  called: 2,
  assigned: 4,
  mutated: 8,
  mutatingCall: 16,
  escapes: 32,
  typeOf: 64,
  /** Of a call: what it gives is looked at, or may come back through code that it is given. */
  answered: 128,
  /** Of a call: what it gives is what the function gives back, and nothing else. */
  returned: 256,
  /** It is waited for, and nobody looks at what it settles with. */
  awaited: 512,
  /** It is kept for later calls what the function was handed. */
  handed: 1024,
  /** It is called without arguments. */
  calledBare: 2048,
} as const

/** Puts what is kept of the canonical arguments in the scratch in their place; says how long it is. */
export const recordArguments = binding.recordArguments

/** What is to be flushed before stores close with the process. */
export const flushedAtExit = new Set<{ flush(): void }>()

let isGuarded = false

/** The store of a directory, shared with whoever uses it in this process already. Touches no file. */
export function openStore(location: string, isReadOnly: boolean): Store {
  if (!isGuarded) {
    isGuarded = true
    // RocksDB's threads must be gone before the process runs static destructors; neither process.exit() nor an
    // uncaught error runs any other hook.
    process.on('exit', () => {
      for (const one of flushedAtExit) one.flush()
      binding.restStores()
    })
  }
  return binding.Store.open(location, isReadOnly)
}

/** Asks the core; throws its errors as engram's. */
export function translating<T>(operation: () => T): T {
  try {
    return operation()
  } catch (error) {
    throw translated(error)
  }
}

/** What the core threw, as an error of engram's. */
export function translated(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || error instanceof EngramError) return error
  return new EngramError(error.code as EngramErrorCode, error.message, { cause: error })
}
