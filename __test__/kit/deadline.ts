import { setTimeout as sleep } from 'node:timers/promises'

/** Settles as `pending` does, or rejects after so many milliseconds and says what did not happen. */
export async function within<T>(ms: number, what: string, pending: Promise<T>): Promise<T> {
  const cancel = new AbortController()
  const late = sleep(ms, undefined, { signal: cancel.signal }).then(() => {
    throw new Error(`not within ${ms} ms: ${what}`)
  })
  try {
    return await Promise.race([pending, late])
  } finally {
    cancel.abort()
    late.catch(() => {})
  }
}

/** Resolves once `isSo` answers true, asked again and again. */
export async function eventually(ms: number, what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + ms
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error(`not within ${ms} ms: ${what}`)
    await sleep(10)
  }
}
