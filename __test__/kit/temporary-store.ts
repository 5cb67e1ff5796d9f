import type { ExecutionContext } from 'ava'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Memory, type MemoryOptions } from '../../index.ts'

// What the developer's shell says must not change what tests find.
delete process.env['ENGRAM_MODE']
delete process.env['ENGRAM_VERBOSE']
delete process.env['ENGRAM_PROJECT']
delete process.env['ENGRAM_DOMAIN']
delete process.env['ENGRAM_LOCATION']

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
