import { nameOfClass, unstorableKindOf } from '../value/unstorable.ts'
import { KeyFailure } from './failure.ts'

/** What helps with whatever cannot be hashed. */
export const ELSEWHERE = 'pass what matters of it, or leave it out with `ignore`'

/** What to do about a value that can have no canonical form. */
export function refusal(value: object | symbol): KeyFailure {
  if (typeof value === 'symbol') return new KeyFailure('a symbol has no value to hash; pass a string.')
  const kind = unstorableKindOf(value)
  if (kind !== undefined) return new KeyFailure(`is ${kind.what}; ${kind.asArgument}.`)
  return unseen(`a native object (${nameOfClass(value)})`)
}

/** Of an object of a kind whose state nobody can see. */
export function unseen(kind: string): KeyFailure {
  return new KeyFailure(`is ${kind}, whose state cannot be seen; ${ELSEWHERE}.`)
}
