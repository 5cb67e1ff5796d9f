import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'

/** A directory that is gone when the test is over. */
export function temporaryDirectory(t: ExecutionContext): string {
  const directory = mkdtempSync(join(realpathSync(tmpdir()), 'engram-test-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Where a store may be made; nothing is there yet. */
export function storeLocation(t: ExecutionContext): string {
  return join(temporaryDirectory(t), 'store')
}
