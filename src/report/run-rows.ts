import { builtin } from '../platform/builtin.ts'
import type { ProcessMark } from '../platform/process.ts'
import type { CallFailure, CallInput, CallRecord, RunKind, RunState } from './run-record.ts'

/** What families' records of runs are called in the store. */
export const RUN_RECORDS = 'run'

/** The longest name that a record may have, in bytes. */
const LONGEST_NAME = 1000
/** Characters that are kept of a longer one. */
const KEPT_OF_NAME = 200

/** The name under which runs are kept: one that is too long is cut, and told from others by its digest. */
export function recordName(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST_NAME) return name
  return `${name.slice(0, KEPT_OF_NAME)}… ${builtin('node:crypto').createHash('sha256').update(name).digest('hex')}`
}

/** What is kept of a run itself; its calls are the parts of its record, many to a part. */
export interface RunRow {
  readonly kind: RunKind
  readonly state: RunState
  readonly durationMs: number
  readonly process: ProcessMark
}

/** One call as it is kept: a list, and digests as bytes, so that ten thousand of them stay small. */
type CallRow = readonly [
  name: string,
  state: CallRecord['state'],
  cacheStatus: CallRecord['cacheStatus'],
  reason: CallRecord['reason'],
  changed: CallRecord['changed'],
  key: string,
  outputDigest: string | undefined,
  inputs: readonly (readonly [name: string, digest: string, from: string | undefined])[],
  attempts: number,
  /** Milliseconds since the run began. */
  sinceMs: number,
  durationMs: number,
  savedMs: number,
  error: CallFailure | undefined,
  reports: CallRecord['reports'] | undefined,
  outputs: readonly (readonly [name: string, digest: string])[] | undefined,
]

export function rowOfCall(call: CallRecord, runStartedAt: number): CallRow {
  const { name, state, cacheStatus, reason, changed, key, outputDigest, inputs, error, reports } = call
  return [
    name,
    state,
    cacheStatus,
    reason,
    changed,
    packed(key),
    outputDigest && packed(outputDigest),
    inputs.map((input) => [input.name, packed(input.digest), input.from]),
    call.attempts,
    call.startedAt - runStartedAt,
    call.durationMs,
    call.savedMs,
    error,
    Object.keys(reports).length > 0 ? reports : undefined,
    call.outputs?.map((output) => [output.name, packed(output.digest)]),
  ]
}

/** Whether `callOfRow` makes the same of its row: digests of members of a value, and all of an error, are not kept there. */
export function isWholeInRow({ key, outputDigest = '', outputs, inputs, error }: CallRecord): boolean {
  if (error !== undefined || !isPlainDigest(key) || !isPlainDigest(outputDigest)) return false
  for (const { digest } of inputs) if (!isPlainDigest(digest)) return false
  return outputs === undefined || outputs.every(({ digest }) => isPlainDigest(digest))
}

function isPlainDigest({ length }: string): boolean {
  return length === 0 || length === 64
}

export function callOfRow(row: unknown, runStartedAt: number): CallRecord {
  const [name, state, cacheStatus, reason, changed, key, digest, inputs, attempts, sinceMs, ...rest] = row as CallRow
  const [durationMs, savedMs, error, reports = {}, outputs] = rest
  return {
    name,
    state,
    cacheStatus,
    ...(reason !== undefined && { reason }),
    changed,
    key: unpacked(key),
    ...(digest !== undefined && { outputDigest: unpacked(digest) }),
    ...(outputs !== undefined && {
      outputs: outputs.map(([part, bytes]) => ({ name: part, digest: unpacked(bytes) })),
    }),
    inputs: inputs.map(inputOf),
    attempts,
    startedAt: runStartedAt + sinceMs,
    durationMs,
    savedMs,
    ...(error !== undefined && { error }),
    reports,
  }
}

function inputOf([name, digest, from]: CallRow[7][number]): CallInput {
  return { name, digest: unpacked(digest), ...(from !== undefined && { from }) }
}

/** Two hexadecimal digits in each character. */
function packed(digest: string): string {
  return Buffer.from(digest, 'hex').toString('latin1')
}

function unpacked(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('hex')
}
