import type { ExecutionContext } from 'ava'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { EngramError, type EngramErrorCode, Memory, type MemoryOptions } from '../../index.ts'

// What the developer's shell says must not change what tests find.
delete process.env['ENGRAM_MODE']
delete process.env['ENGRAM_VERBOSE']

/** A new directory, gone after the test. */
export function temporaryDirectory(t: ExecutionContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'engram-test-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }))
  return directory
}

/** A memory in a directory of its own unless `options` name one; closed after the test. */
export function openMemory(t: ExecutionContext, options: MemoryOptions = {}): Memory {
  const memory = new Memory({ location: join(temporaryDirectory(t), 'store'), ...options })
  t.teardown(() => memory.close())
  return memory
}

/** The warnings of engram from now on, instead of on stderr. Only for tests that run one after the other. */
export function collectWarnings(t: ExecutionContext): {
  codes(): Promise<string[]>
  messages(): Promise<string[]>
} {
  const codes: string[] = []
  const messages: string[] = []
  const listener = (warning: Error & { code?: string }): void => {
    if (warning.name !== 'EngramWarning') return
    codes.push(warning.code ?? 'none')
    messages.push(warning.message)
  }
  const printers = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', listener)
  t.teardown(() => {
    process.off('warning', listener)
    for (const printer of printers) process.on('warning', printer)
  })
  return {
    async codes() {
      // Warnings are emitted on a later tick.
      await setImmediate()
      return codes
    },
    async messages() {
      await setImmediate()
      return messages
    },
  }
}

/** Asserts that `action` throws an error of engram with this code. */
export function throwsCode(t: ExecutionContext, code: EngramErrorCode, action: () => unknown): void {
  const error = t.throws(action, { instanceOf: EngramError })
  t.is(error?.code, code)
}

/** A clock that stands still until it is moved. */
export class StoppedClock {
  now: number
  readonly read = (): number => this.now

  constructor(now = 1_700_000_000_000) {
    this.now = now
  }
}
