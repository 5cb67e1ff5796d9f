import { type Store, translating } from '../native/binding.ts'
import type { VerifyOptions } from '../option/verify-options.ts'
import type { VerifyReport } from '../report/verify-report.ts'
import { EngramError, type EngramErrorCode } from '../words/error.ts'

/** Reads everything in a store back, on other threads than this one. Options must be checked. */
export async function verifyStore(store: Store, options: VerifyOptions): Promise<VerifyReport> {
  const { repair = false, signal, onProgress } = options
  signal?.throwIfAborted()
  const verification = translating(() => store.verification(repair))
  const total = translating(() => store.totals()).entries
  for (let isOver = false; !isOver;) {
    // oxlint-disable-next-line no-await-in-loop -- each step goes on where the one before has ended
    const { entries, isDone, code, message } = await unlessAborted(verification.step(), signal)
    if (code !== undefined) throw new EngramError(code as EngramErrorCode, message!)
    // Calls store and drop entries meanwhile.
    onProgress?.(entries, isDone ? entries : Math.max(entries, total))
    signal?.throwIfAborted()
    isOver = isDone
  }
  const found = verification.found()
  return { ...found, dropped: repair ? found.corrupt.length + found.dangling.length : 0 }
}

/** A step that is under way ends by itself, and nobody hears of it. */
async function unlessAborted<T>(step: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return step
  let abort!: () => void
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
  })
  try {
    return await Promise.race([step, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
