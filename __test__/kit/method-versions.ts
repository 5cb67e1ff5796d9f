import type { ExecutionContext } from 'ava'
import type { CallEvent, Memory } from '../../index.ts'
import { openMemory } from './temporary-store.ts'

export type Version = 1 | 2
export type Loading = { load(n: number): unknown }

/** Whether `load(1)` on what the second version makes finds what the first one's stored. */
export function compare(
  t: ExecutionContext,
  verdict: 'same' | 'different',
  open: (memory: Memory) => (version: Version) => Loading,
): void {
  const memory = openMemory(t)
  const said: string[] = []
  memory.on('call', ({ status }: CallEvent) => said.push(status))
  const make = open(memory)
  for (const version of [1, 1, 2] as const) make(version).load(1)
  t.deepEqual(said, ['miss', 'hit', verdict === 'same' ? 'hit' : 'miss'])
}

export const pick = <T>(version: Version, one: T, other: T): T => (version === 1 ? one : other)

/** A function with other code in each version. */
export const versioned = (version: Version): ((n: number) => number) =>
  pick(
    version,
    (n: number) => n,
    (n: number) => -n,
  )
