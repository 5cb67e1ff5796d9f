import type { CallEvent } from '../report/call-event.ts'
import type { CallFailure, CallInput, CallOutput, CallRecord, CallState } from '../report/run-record.ts'
import { wordsOf } from '../words/phrase.ts'

/** What is known of a call when it is over. */
export interface EndedCall {
  readonly name: string
  readonly state: CallState
  /** What the cache says; absent where it was not asked. */
  readonly event?: CallEvent | undefined
  /** Why it ran, as the nearest entry tells. */
  readonly changed?: CallRecord['changed']
  readonly outputDigest?: string | undefined
  readonly outputs?: readonly CallOutput[] | undefined
  readonly inputs: readonly CallInput[]
  readonly attempts: number
  readonly startedAt: number
  readonly durationMs: number
  readonly error?: unknown
  readonly reports?: Readonly<Record<string, number | string>>
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const NOTHING: readonly never[] = []
const NONE: ReadonlySet<string> = new Set()

/** The record of a call. Parameters named in `fromContext` are told as parameters of the context. */
export function recordOf(call: EndedCall, fromContext: ReadonlySet<string> = NONE): CallRecord {
  const { name, state, event, changed = NOTHING, outputDigest, outputs, inputs, attempts, startedAt, durationMs } = call
  const record: Mutable<CallRecord> = {
    name,
    state,
    cacheStatus: event?.cacheStatus ?? 'disabled',
    changed: state === 'ran' ? toldChanges(changed, fromContext) : NOTHING,
    key: event?.key ?? '',
    inputs,
    attempts,
    startedAt,
    durationMs,
    savedMs: state === 'hit' ? (event?.savedMs ?? 0) : 0,
    reports: call.reports ?? {},
  }
  if (outputDigest !== undefined) record.outputDigest = outputDigest
  if (outputs !== undefined) record.outputs = outputs
  if (event?.reason !== undefined) record.reason = event.reason
  if (state === 'failed') record.error = failureOf(call.error)
  return record
}

/** What is an argument for the memory may be a parameter of the context. Another function's entry is not near. */
export function toldChanges(changed: CallRecord['changed'], fromContext: ReadonlySet<string>): CallRecord['changed'] {
  if (changed.some(({ part }) => part === 'name')) return []
  if (fromContext.size === 0) return changed
  return changed.map((change) => {
    const isOfContext = change.part === 'argument' && fromContext.has(change.name.split(/[.[]/, 1)[0]!)
    return isOfContext ? { ...change, part: 'context' } : change
  })
}

function failureOf(error: unknown): CallFailure {
  if (!(error instanceof Error)) return { name: 'Error', message: wordsOf(error) }
  const { name, stack } = error
  return { name: String(name), message: wordsOf(error), ...(typeof stack === 'string' && { stack }) }
}
