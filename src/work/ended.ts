import { EngramError } from '../words/error.ts'
import { wordsOf } from '../words/phrase.ts'
import { type WorkCore, safely } from './work-core.ts'

/** Notes that a call of a work failed, and tells the work. */
export function endedBy(work: WorkCore, error: unknown): void {
  const isTimeout = error instanceof EngramError && error.code === 'ERR_TIMEOUT'
  work.note('failed', { reason: isTimeout ? 'timeout' : 'exception', message: wordsOf(error) })
  safely(work, 'onException', () => work.failed(error))
}
