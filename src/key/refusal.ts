import { KeyFailure } from './failure.ts'

/** What to do about a value that can have no canonical form. */
export function refusal(value: object | symbol): KeyFailure {
  if (typeof value === 'symbol') return new KeyFailure('a symbol has no value to hash; pass a string.')
  const advice = ADVICE.find(([type]) => value instanceof type)?.[1]
  if (advice !== undefined) return new KeyFailure(advice)
  if (typeof (value as Iterator<unknown>).next === 'function') {
    return new KeyFailure('an iterator is used up by reading it; pass an array of its items.')
  }
  return unseen(`a native object (${className(value)})`)
}

/** Of an object of a kind whose state nobody can see. */
export function unseen(kind: string): KeyFailure {
  return new KeyFailure(`is ${kind}, whose state cannot be seen; pass what matters of it instead.`)
}

const ADVICE: readonly (readonly [abstract new (...args: never) => object, string])[] = [
  [Promise, 'is a promise, which has no value yet; await it before the call.'],
  [WeakMap, 'is a WeakMap, whose entries cannot be listed; pass a Map.'],
  [WeakSet, 'is a WeakSet, whose items cannot be listed; pass a Set.'],
  [WeakRef, 'is a WeakRef, whose target may be collected; pass the object.'],
]

function className(value: object): string {
  const name: unknown = value.constructor?.name
  return typeof name === 'string' && name !== '' ? name : 'an unnamed class'
}
