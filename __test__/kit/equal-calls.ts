import type { Kind } from '../process/programs/recorded-work.ts'
import type { Peer } from './peer.ts'
import { generator } from './random.ts'
import type { RunLog } from './run-log.ts'

export interface EqualCalls {
  name: string
  keys: number
  ms: number
  /** 'mixed': every other caller's function returns a promise. */
  kind: Kind | 'mixed'
}

type Callers = readonly Pick<Peer, 'callMany'>[]

/** All callers call one function for the same keys at the same time, each in another order. The keys with wrong values. */
export async function callEqually(callers: Callers, { name, keys, ms, kind }: EqualCalls): Promise<string[]> {
  const all = Array.from({ length: keys }, (_, key) => String(key))
  const wrong = await Promise.all(
    callers.map((caller, number) => {
      const own = kind === 'mixed' ? (['sync', 'async'] as const)[number % 2]! : kind
      return caller.callMany({ name, keys: shuffled(all, number + 1), kind: own, how: { ms }, concurrency: 10 })
    }),
  )
  return wrong.flat()
}

/** How often each key of a function ran, as how many keys ran so often: `{ 1: 200 }` where each ran once. */
export function runsPerKey(log: RunLog, name: string): Record<number, number> {
  const runs = log.runs().filter(({ what }) => what.startsWith(`${name} `))
  const counts: Record<string, number> = {}
  for (const { what } of runs) counts[what] = (counts[what] ?? 0) + 1
  const summary: Record<number, number> = {}
  for (const count of Object.values(counts)) summary[count] = (summary[count] ?? 0) + 1
  return summary
}

/** The same order for the same seed. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const order = [...items]
  const random = generator(seed)
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[order[last], order[other]] = [order[other]!, order[last]!]
  }
  return order
}
