/** Any function, sync or async. */
export type AnyFunction = (...args: any[]) => unknown

/** What a wrapper says of the function inside it. */
export interface Wrapped {
  readonly fn: AnyFunction
  /** Stands for the function's code where the user said that something else does: its name and version. */
  readonly stamp: string | undefined
  /** What the function sees beside its module now, where the stamp stands for its code; undefined for nothing. */
  readonly closure?: () => string | undefined
}

const wrappers = new WeakMap<object, Wrapped>()
const familiar = new WeakSet()

export function noteWrapper(wrapper: object, wrapped: Wrapped): void {
  wrappers.set(wrapper, wrapped)
}

export function wrappedIn(fn: object): Wrapped | undefined {
  return wrappers.get(fn)
}

/** The function inside a wrapper, or the function itself. */
export function unwrapped<F extends AnyFunction>(fn: F): F {
  return (wrappers.get(fn)?.fn as F | undefined) ?? fn
}

/** Objects of engram's own, which a function may capture: what they do changes no result. */
export function noteFamiliar(object: object): void {
  familiar.add(object)
}

export function isFamiliar(object: object): boolean {
  return familiar.has(object)
}
