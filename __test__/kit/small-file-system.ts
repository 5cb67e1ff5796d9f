import type { ExecutionContext } from 'ava'
import { execFileSync } from 'node:child_process'
import { temporaryDirectory } from './temporary-store.ts'

/** A file system of its own for one test. */
export interface SmallFileSystem {
  readonly path: string
  /** From now on nothing on it can be written. */
  makeReadOnly(): void
  makeWritable(): void
}

/** Mounts a file system in memory; undefined where this process may not do that: the test says so and is over. */
export function smallFileSystem(t: ExecutionContext, size: string): SmallFileSystem | undefined {
  const path = temporaryDirectory(t)
  try {
    mount('-t', 'tmpfs', '-o', `size=${size}`, 'engram-test', path)
  } catch {
    t.log('skipped: mounting a file system in memory needs Linux and root')
    t.pass()
    return undefined
  }
  t.teardown(() => execFileSync('umount', ['--lazy', path]))
  return {
    path,
    makeReadOnly: () => mount('-o', 'remount,ro', path),
    makeWritable: () => mount('-o', 'remount,rw', path),
  }
}

function mount(...args: string[]): void {
  execFileSync('mount', args, { stdio: 'ignore' })
}
