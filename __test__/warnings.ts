import { setImmediate } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'

// Node prints every warning that a test provokes; these are expected, and looked at.
process.removeAllListeners('warning')

/** The codes of this process's warnings until the test is over, in order. For tests that run one after another. */
export function warnings(t: ExecutionContext): { codes(): Promise<string[]> } {
  const codes: string[] = []
  const listen = (warning: Error & { code?: string }): void => { codes.push(warning.code ?? warning.name); console.error(warning.message) }
  process.on('warning', listen)
  t.teardown(() => process.off('warning', listen))
  return {
    async codes() {
      // Warnings are given in the next turn of the event loop.
      await setImmediate()
      return codes
    },
  }
}
