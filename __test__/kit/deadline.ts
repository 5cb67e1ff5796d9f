import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Only what hangs takes so long, on a busy machine too. Shorter than ava waits for a test, so that it can say for what it
 * waited.
 */
export const PATIENCE_MS = 120_000

/** Settles as `pending` does, or rejects after `PATIENCE_MS` and says what did not happen. */
export async function within<T>(what: string, pending: Promise<T>): Promise<T> {
  const cancel = new AbortController()
  const late = sleep(PATIENCE_MS, undefined, { signal: cancel.signal }).then(() => {
    throw new Error(`not within ${PATIENCE_MS} ms: ${what}`)
  })
  try {
    return await Promise.race([pending, late])
  } finally {
    cancel.abort()
    late.catch(() => {})
  }
}

/** Resolves once `isSo` answers true, asked again and again. */
export async function eventually(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`)
    await sleep(10)
  }
}
