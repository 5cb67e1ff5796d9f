import type { AsyncLocalStorage } from 'node:async_hooks'
import type { CallIdentity } from '../entry/call-identity.ts'
import { builtin } from '../platform/builtin.ts'

/** A run that the present code is part of. */
export interface EnclosingRun {
  readonly identity: CallIdentity
  readonly outer: EnclosingRun | undefined
}

// Made when another process or thread is first there to wait for: in Node 20 every promise costs more from then on.
let enclosing: AsyncLocalStorage<EnclosingRun> | undefined

/** Runs `body` as the run of a call, so that calls in it know what waits for them, also after an `await`. */
export function runAs<T>(identity: CallIdentity, body: () => T): T {
  enclosing ??= new (builtin('node:async_hooks').AsyncLocalStorage)<EnclosingRun>()
  return enclosing.run({ identity, outer: enclosing.getStore() }, body)
}

/** The innermost run that the present code is part of. */
export function enclosingRun(): EnclosingRun | undefined {
  return enclosing?.getStore()
}
