import type { Identity, NativeEntries } from '../native/binding.ts'
import { PAYLOAD, acquireScratch, releaseScratch } from '../native/scratch.ts'
import type { ByteSink } from '../platform/byte-sink.ts'
import type { EntryInfo, FunctionKind, MissReason } from '../report/entry-info.ts'
import { missReasonOf } from './outcome.ts'

/** What was found of one of many calls. */
export type LookedUp =
  | { readonly isFound: true; readonly info: EntryInfo; readonly hasReferences: boolean }
  | { readonly isFound: false; readonly reason: MissReason; readonly key: string }

/** Bytes of a record: see crate/binding/src/looked_up.rs for what lies where. */
const RECORD = 160
const [KEY, INPUTS, OUTPUT, STORED, FLAGS] = [48, 80, 112, 144, 152]
const METHODS = ['none', 'lz4', 'zstd'] as const

/** Looks up many calls of a function in one crossing; `encode` appends the canonical arguments of one, and says their end. */
export function lookupMany(
  native: NativeEntries,
  identity: Identity,
  calls: readonly (readonly unknown[])[],
  encode: (sink: ByteSink, position: number, args: readonly unknown[]) => number,
): LookedUp[] {
  const records = ask(native, calls, encode)
  const shared = sharedFacts(identity)
  return calls.map((_, index) => read(records, index * RECORD, shared))
}

function ask(
  native: NativeEntries,
  calls: readonly (readonly unknown[])[],
  encode: Parameters<typeof lookupMany>[3],
): Buffer {
  const scratch = acquireScratch()
  try {
    const ends = new Uint32Array(calls.length)
    let end = PAYLOAD
    for (const [index, args] of calls.entries()) {
      end = encode(scratch, end, args)
      ends[index] = end - PAYLOAD
    }
    scratch.hold()
    return native.lookupMany(ends)
  } finally {
    releaseScratch(scratch)
  }
}

/** What the facts of all entries of a function have in common. */
type SharedFacts = Pick<EntryInfo, 'name' | 'version' | 'project' | 'domain' | 'kind' | 'strategy' | 'codeDigest'>

function sharedFacts({ name, version, project, domain, kind, strategy, code }: Identity): SharedFacts {
  return {
    name,
    kind: kind as FunctionKind,
    strategy: strategy as EntryInfo['strategy'],
    ...(version !== undefined && { version }),
    ...(project !== undefined && { project }),
    ...(domain !== undefined && { domain }),
    ...(code !== undefined && { codeDigest: code }),
  }
}

function read(records: Buffer, at: number, shared: SharedFacts): LookedUp {
  const key = records.toString('hex', at + KEY, at + INPUTS)
  const answer = records.readDoubleLE(at)
  if (answer < 0) return { isFound: false, reason: missReasonOf(answer) ?? 'absent', key }
  const info = {
    key,
    ...shared,
    inputsDigest: records.toString('hex', at + INPUTS, at + OUTPUT),
    createdAt: records.readDoubleLE(at + 8),
    accessedAt: records.readDoubleLE(at + 16),
    durationMs: records.readDoubleLE(at + 24),
    byteLength: records.readDoubleLE(at + 32),
    hits: records.readDoubleLE(at + 40),
    outputDigest: records.toString('hex', at + OUTPUT, at + STORED),
    compression: {
      inline: METHODS[records[at + FLAGS]!]!,
      blobs: records[at + FLAGS + 1] === 1 ? ('zstd' as const) : ('none' as const),
    },
    storedLength: records.readDoubleLE(at + STORED),
  }
  return { isFound: true, info, hasReferences: records[at + FLAGS + 2] === 1 }
}
