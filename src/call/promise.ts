import { builtin } from '../platform/builtin.ts'

const types = builtin('node:util/types')

/** Whether a result stands for a value that is still to come: also one of a library of promises, and of another realm. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' || value === null) return false
  return types.isPromise(value) || (isThenable(value) && isNamedPromise(value))
}

/** Whether it can be awaited. What throws when it is asked is the caller's as it is. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
  } catch {
    return false
  }
}

/** Queries that run when they are awaited have classes of other names; who awaits one twice runs it twice. */
function isNamedPromise(value: object): boolean {
  try {
    return Object.prototype.toString.call(value) === '[object Promise]' || value.constructor.name === 'Promise'
  } catch {
    return false
  }
}
