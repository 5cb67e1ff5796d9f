import { EngramError, type EngramErrorCode } from '../words/error.ts'
import { wordsOf } from '../words/phrase.ts'
import { NonRecoverableError } from './non-recoverable-error.ts'

/** What was thrown, on its way to another thread: JSON, but for values of properties. */
export interface CarriedError {
  /** Undefined for what is no error: then `value` is what was thrown, or its text. */
  readonly kind?: 'engram' | 'nonRecoverable' | 'abort' | 'aggregate' | 'builtin' | 'other'
  readonly name?: string
  readonly message?: string
  readonly stack?: string
  /** Its own, such as `code` and `status`. */
  readonly properties?: Readonly<Record<string, unknown>>
  readonly cause?: CarriedError
  readonly errors?: readonly CarriedError[]
  readonly value?: unknown
}

/** Causes of causes that travel with an error. */
const DEEPEST = 8
const BUILTINS = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError }
/** What has a place of its own in `CarriedError`. */
const OWN = new Set(['name', 'message', 'stack', 'cause', 'errors'])

export function carriedError(error: unknown): CarriedError {
  try {
    return described(error, 0)
  } catch {
    // Reading it throws.
    return { kind: 'other', name: 'Error', message: wordsOf(error) }
  }
}

function described(error: unknown, depth: number): CarriedError {
  if (!(error instanceof Error)) return { value: isPlain(error) ? error : wordsOf(error) }
  const { name, message, stack } = error
  const { cause, errors } = error as { cause?: unknown; errors?: unknown }
  const isDeep = depth >= DEEPEST
  const properties = Object.entries(error).filter(([key, value]) => !OWN.has(key) && isPlain(value))
  return {
    kind: kindOf(error),
    name: String(name),
    message: String(message),
    ...(typeof stack === 'string' && { stack }),
    properties: Object.fromEntries(properties),
    ...(cause !== undefined && !isDeep && { cause: described(cause, depth + 1) }),
    ...(Array.isArray(errors) && !isDeep && { errors: errors.map((one) => described(one, depth + 1)) }),
  }
}

function kindOf(error: Error): NonNullable<CarriedError['kind']> {
  if (error instanceof NonRecoverableError) return 'nonRecoverable'
  if (error instanceof EngramError) return 'engram'
  if (error instanceof DOMException) return 'abort'
  if (error instanceof AggregateError) return 'aggregate'
  return Object.hasOwn(BUILTINS, error.constructor.name) ? 'builtin' : 'other'
}

/** What can be sent, and is what it was when it comes back. */
function isPlain(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'function' && typeof value !== 'symbol'
  const prototype: unknown = Object.getPrototypeOf(value)
  const isOfProgram = prototype !== null && prototype !== Object.prototype && prototype !== Array.prototype
  return depth < DEEPEST && !isOfProgram && Object.values(value).every((one) => isPlain(one, depth + 1))
}

/** An error that says the same. One of a class of the user's is an `Error` of its name, with its properties. */
export function errorOf(carried: CarriedError): unknown {
  if (carried.kind === undefined) return carried.value
  const error = made(carried)
  const { stack, properties = {}, name, cause } = carried
  if (stack !== undefined) hide(error, 'stack', stack)
  if (cause !== undefined && !('cause' in error && error.cause !== undefined)) hide(error, 'cause', errorOf(cause))
  if (carried.kind === 'other' && error.name !== name) hide(error, 'name', name)
  for (const [key, value] of Object.entries(properties))
    Object.defineProperty(error, key, { value, writable: true, enumerable: true, configurable: true })
  return error
}

function made({ kind, name = 'Error', message = '', properties = {}, errors = [] }: CarriedError): Error {
  if (kind === 'nonRecoverable') return new NonRecoverableError(message)
  if (kind === 'engram') return new EngramError(properties['code'] as EngramErrorCode, message)
  if (kind === 'abort') return new DOMException(message, name)
  if (kind === 'aggregate') return new AggregateError(errors.map(errorOf), message)
  if (kind === 'builtin' && Object.hasOwn(BUILTINS, name)) return new BUILTINS[name as keyof typeof BUILTINS](message)
  return new Error(message)
}

function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, enumerable: false, configurable: true })
}
