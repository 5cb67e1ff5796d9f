import { attempt } from '../code/captured-value.ts'
import { builtin } from '../platform/builtin.ts'
import type { Call } from './state.ts'

const types = builtin('node:util/types')

/** Objects that are looked through for signals, at most. */
const MOST_OBJECTS = 10_000

type Signal = Pick<AbortSignal, 'aborted'>

/**
 * Whether the caller of a run that rejected gave it up, and the other caller did not: what one passes is aborted, and is
 * nothing that the other one passes.
 */
export function isGivenUp(run: Call, other: Call): boolean {
  const aborted = signalsIn(run.args).filter((signal) => signal.aborted)
  if (aborted.length === 0) return false
  const own = new Set(signalsIn(other.args))
  return !aborted.some((signal) => own.has(signal))
}

/** The signals anywhere in the arguments: in options, in arrays, held by controllers and requests. Runs no accessor but `signal`. */
function signalsIn(args: readonly unknown[]): Signal[] {
  const signals: Signal[] = []
  const met = new Set<unknown>([args])
  for (const value of met) {
    if (isSignal(value)) {
      signals.push(value)
      continue
    }
    for (const part of partsOf(value as object)) {
      if (met.size >= MOST_OBJECTS) break
      if (typeof part === 'object' && part !== null) met.add(part)
    }
  }
  return signals
}

/** Of another realm or a polyfill, too. */
function isSignal(value: unknown): value is Signal {
  const { aborted, addEventListener } = value as Partial<AbortSignal>
  return typeof aborted === 'boolean' && typeof addEventListener === 'function'
}

function* partsOf(value: object): Generator<unknown> {
  if (types.isProxy(value) || ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return
  // An accessor of controllers and requests.
  yield attempt(() => (value as { signal?: unknown }).signal)
  if (types.isMap(value)) for (const pair of value) yield* pair
  else if (types.isSet(value)) yield* value
  for (const key of Reflect.ownKeys(value)) yield Object.getOwnPropertyDescriptor(value, key)?.value
}
