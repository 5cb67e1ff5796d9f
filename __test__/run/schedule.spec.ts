import test from 'ava'
import fc from 'fast-check'
import { type FailureRule, type Performed, Schedule } from '../../src/run/schedule.ts'

/** What calls do when they are performed. */
interface Given {
  readonly needs: readonly (readonly number[])[]
  readonly concurrency: number
  readonly onFailure: FailureRule
  /** By call; 'done' where it is not named. */
  readonly ends: ReadonlyMap<number, Performed>
  /** After so many calls the run is aborted from outside. */
  readonly abortAfter?: number
  /** Ends calls in another order than they began in. */
  readonly turns: readonly number[]
}

/** What became of calls, and what was seen meanwhile. */
class Watched {
  readonly states = new Map<number, string>()
  readonly begun: number[] = []
  mostAtOnce = 0
  hasStopped = false
  isWrong: string | undefined

  async run({ needs, concurrency, onFailure, ends, abortAfter, turns }: Given): Promise<void> {
    const running = new Set<number>()
    const waiting = new Map<number, number>()
    await new Schedule({
      count: needs.length,
      needsOf: (call) => needs[call]!,
      concurrency,
      onFailure,
      perform: async (call) => {
        running.add(call)
        this.mostAtOnce = Math.max(this.mostAtOnce, running.size)
        if (this.states.has(call) && this.states.get(call) !== 'waits') this.isWrong = `${call} began again`
        for (const need of needs[call]!)
          if (this.states.get(need) !== 'done') this.isWrong = `${call} began before ${need} was done`
        this.begun.push(call)
        for (let turn = turns[call % turns.length]!; turn > 0; turn--) await Promise.resolve()
        running.delete(call)
        const end = ends.get(call) ?? 'done'
        if (typeof end !== 'object') {
          this.states.set(call, this.hasStopped && end === 'done' ? 'cancelled' : end)
          return this.states.get(call) as Performed
        }
        // It waits once.
        if (waiting.has(call)) {
          if (this.states.get(end.waitsFor) !== 'done') this.isWrong = `${call} did not wait for ${end.waitsFor}`
          this.states.set(call, 'done')
          return 'done'
        }
        waiting.set(call, end.waitsFor)
        this.states.set(call, 'waits')
        return end
      },
      omit: (call, state) => {
        if (this.states.has(call) && this.states.get(call) !== 'waits') this.isWrong = `${call} was omitted again`
        this.states.set(call, `omitted ${state}`)
      },
      isAborted: () => abortAfter !== undefined && this.begun.length >= abortAfter,
      stop: () => (this.hasStopped = true),
    }).run()
  }
}

const ENDS = ['done', 'done', 'done', 'failed', 'skipped', 'cancelled'] as const

const graphs = fc
  .record({
    edges: fc.array(fc.array(fc.nat({ max: 9 }), { maxLength: 4 }), { maxLength: 25 }),
    ends: fc.array(fc.constantFrom(...ENDS, 'waits'), { minLength: 1, maxLength: 25 }),
    concurrency: fc.constantFrom(1, 2, 3, 100, Infinity),
    onFailure: fc.constantFrom<FailureRule>('stop', 'finish', 'continue'),
    abortAfter: fc.option(fc.nat({ max: 10 }), { nil: undefined, freq: 5 }),
    turns: fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 5 }),
    isReversed: fc.boolean(),
  })
  .map(({ edges, ends, abortAfter, isReversed, ...rest }): Given => {
    const { length } = edges
    const place = (call: number): number => (isReversed ? length - 1 - call : call)
    const needs: number[][] = edges.map(() => [])
    const endOf = new Map<number, Performed>()
    for (const [call, before] of edges.entries()) {
      // Only on earlier ones, so that there is no circle; twice on the same is allowed.
      needs[place(call)] = before.filter((back) => call - back - 1 >= 0).map((back) => place(call - back - 1))
      const end = ends[call % ends.length]!
      if (end !== 'waits') endOf.set(place(call), end)
      else if (call > 0) endOf.set(place(call), { waitsFor: place(call - 1) })
    }
    return { needs, ends: endOf, ...(abortAfter !== undefined && { abortAfter }), ...rest }
  })

test('whatever the graph: each call ends once, after all that it needs, and never too many run', async (t) => {
  await fc.assert(
    fc.asyncProperty(graphs, async (given) => {
      const watched = new Watched()
      await watched.run(given)
      if (watched.isWrong !== undefined) throw new Error(watched.isWrong)
      if (watched.states.size !== given.needs.length) throw new Error('a call was lost')
      if ([...watched.states.values()].includes('waits')) throw new Error('a call waits for ever')
      if (watched.mostAtOnce > given.concurrency) throw new Error('too many at once')
    }),
    { numRuns: 500 },
  )
  t.pass()
})

test('whatever the graph: what is performed is what the rule says', async (t) => {
  await fc.assert(
    fc.asyncProperty(graphs, async (given) => {
      const watched = new Watched()
      await watched.run(given)
      const { needs, ends, onFailure, abortAfter } = given
      const stateOf = (call: number): string => watched.states.get(call)!
      const hasFailed = [...watched.states.values()].includes('failed')
      const mayBeCutShort = abortAfter !== undefined || (hasFailed && onFailure !== 'continue')
      for (const [call, needed] of needs.entries()) {
        const own = ends.get(call)
        const all = typeof own === 'object' ? [...needed, own.waitsFor] : needed
        const areDone = all.every((need) => stateOf(need) === 'done')
        const isOmitted = stateOf(call).startsWith('omitted')
        if (areDone && isOmitted && !mayBeCutShort) throw new Error(`${call} was left out`)
        if (isOmitted || areDone) continue
        throw new Error(`${call} was performed without what it needs`)
      }
      if (watched.hasStopped !== (hasFailed && onFailure === 'stop')) throw new Error('stopped, or not')
    }),
    { numRuns: 500 },
  )
  t.pass()
})

/** Calls that all end well. */
function plain(needs: readonly (readonly number[])[], concurrency = 16): Given {
  return { needs, concurrency, onFailure: 'finish', ends: new Map(), turns: [0] }
}

test('the order in which calls were added decides among those that are ready', async (t) => {
  const watched = new Watched()
  await watched.run(plain([[3], [], [], [], [0]], 1))
  t.deepEqual(watched.begun, [1, 2, 3, 0, 4])
})

test('a failure: what runs ends, what did not start is cancelled', async (t) => {
  const watched = new Watched()
  // 0 fails while 1 runs; 2 is ready later, 3 needs 0, 4 needs 1.
  await watched.run({ ...plain([[], [], [], [0], [1]], 2), ends: new Map([[0, 'failed']]), turns: [1, 5] })
  t.deepEqual(
    [0, 1, 2, 3, 4].map((call) => watched.states.get(call)),
    ['failed', 'done', 'omitted cancelled', 'omitted cancelled', 'omitted cancelled'],
  )
})

test('a failure under continue: all runs that does not depend on it', async (t) => {
  const watched = new Watched()
  const ends = new Map([[0, 'failed'] as const])
  await watched.run({ ...plain([[], [0], [1], [], [3]], 1), onFailure: 'continue', ends })
  t.deepEqual(
    [0, 1, 2, 3, 4].map((call) => watched.states.get(call)),
    ['failed', 'omitted cancelled', 'omitted cancelled', 'done', 'done'],
  )
})

test('what follows a skipped call is skipped', async (t) => {
  const watched = new Watched()
  await watched.run({ ...plain([[], [0], [1], []]), ends: new Map([[0, 'skipped']]) })
  t.deepEqual(
    [0, 1, 2, 3].map((call) => watched.states.get(call)),
    ['skipped', 'omitted skipped', 'omitted skipped', 'done'],
  )
})

test('two calls that turn out to wait for each other do not wait for ever', async (t) => {
  const watched = new Watched()
  const ends = new Map<number, Performed>([
    [0, { waitsFor: 1 }],
    [1, { waitsFor: 0 }],
  ])
  await watched.run({ ...plain([[], []]), ends })
  t.deepEqual([...watched.states.values()], ['omitted cancelled', 'omitted cancelled'])
})

test('20,000 calls in a chain, side by side, and all after one, whether they end well or not', async (t) => {
  const length = 20_000
  const deep = Array.from({ length }, (_, call) => (call === 0 ? [] : [call - 1]))
  const wide = Array.from({ length }, () => [])
  const fan = Array.from({ length }, (_, call) => (call === 0 ? [] : [0]))
  const joined = Array.from({ length }, (_, call) =>
    call === length - 1 ? Array.from({ length: call }, (_, n) => n) : [],
  )
  for (const needs of [deep, wide, fan, joined])
    for (const first of ['done', 'failed', 'skipped'] as const) {
      const watched = new Watched()
      await watched.run({ ...plain(needs), onFailure: 'continue', ends: new Map([[0, first]]) })
      t.is(watched.states.size, length)
    }
})

test('no calls are over at once', async (t) => {
  const watched = new Watched()
  await watched.run(plain([]))
  t.is(watched.states.size, 0)
})
