import type { ExecutionContext } from 'ava'
import { EngramError, type EngramErrorCode } from '../../index.ts'

/** Asserts that `action` throws an error of engram with this code. */
export function throwsCode(t: ExecutionContext, code: EngramErrorCode, action: () => unknown): void {
  const error = t.throws(action, { instanceOf: EngramError })
  t.is(error?.code, code)
}
