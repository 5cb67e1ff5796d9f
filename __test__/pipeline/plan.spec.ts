import test from 'ava'
import fc from 'fast-check'
import { type AnyStep, type Memory, Pipeline, type PipelineRunOptions, type Plan, step } from '../../index.ts'
import { openPipeline, statesOf } from '../kit/pipelines.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

const load = step((path: string) => Array.from({ length: path.length }, (_, n) => n), { name: 'load' })
const count = step((load: number[], factor: number) => load.length * factor, { name: 'count' })
const report = step((count: number) => `${count} rows`, { name: 'report' })

/** Everything that a store says of itself. */
function contents(memory: Memory): unknown {
  const { entries, byteLength, hits, misses } = memory.stats()
  const uses = Array.from(memory.entries(), ({ key, accessedAt, hits: used }) => [key, accessedAt, used])
  return { entries, byteLength, hits, misses, uses, runs: Array.from(memory.runs(), ({ runId }) => runId) }
}

function statusesOf(plan: Plan): Record<string, string> {
  return Object.fromEntries(Object.entries(plan).map(([name, { status }]) => [name, status]))
}

test('a plan says what would run, why, what waits, and how long it took', async (t) => {
  const pipeline = openPipeline(t, { context: { path: 'abc', factor: 2 } }).addStep(load, count, report)
  t.deepEqual(statusesOf(await pipeline.plan()), { load: 'miss', count: 'unknown', report: 'unknown' })
  await pipeline.run()
  t.deepEqual(statusesOf(await pipeline.plan()), { load: 'hit', count: 'hit', report: 'hit' })
  const plan = await pipeline.plan({ context: { factor: 3 } })
  t.deepEqual(statusesOf(plan), { load: 'hit', count: 'miss', report: 'unknown' })
  t.like(plan['count']?.changed[0], { part: 'context', name: 'factor', before: '2', now: '3' })
  t.deepEqual(plan['report']?.waitsFor, ['count'])
  for (const one of Object.values(plan)) t.true(one.expectedMs! >= 0)
  const text = String(plan)
  for (const said of ['load', 'hit', 'count', 'miss', 'context factor 2 → 3', 'unknown', 'waits for count'])
    t.true(text.includes(said), said)
  t.deepEqual(await pipeline.dryRun(), await pipeline.plan())
})

test('a plan tells which argument differs, in which member', async (t) => {
  const counted = step((rows: { id: number }[]) => rows.length, { name: 'counted' })
  const pipeline = openPipeline(t).addStep(counted)
  await pipeline.run({ inputs: { rows: [{ id: 1 }, { id: 2 }, { id: 3 }] } })
  const plan = await pipeline.plan({ inputs: { rows: [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }] } })
  t.like(plan['counted']?.changed[0], { part: 'argument', before: '3', now: '4' })
  t.true(plan['counted']?.changed[0]?.name.startsWith('rows'))
})

test('bypass, refresh, conditions and what depends on them', async (t) => {
  const off = step(() => 1, { name: 'off', cache: false })
  const after = step((off: number) => off, { name: 'after' })
  const never = step(() => 1, { name: 'never', condition: () => false })
  const depends = step((never: number) => never, { name: 'depends' })
  const asks = step(() => 1, { name: 'asks', condition: ({ off: value }) => value === 1 })
  const pipeline = openPipeline(t).addStep(off, after, never, depends, asks)
  const plan = await pipeline.plan()
  t.deepEqual(statusesOf(plan), {
    off: 'bypass',
    after: 'unknown',
    never: 'skipped',
    depends: 'skipped',
    asks: 'unknown',
  })
  t.like(plan['depends'], { reason: 'upstream' })
  t.deepEqual(plan['asks']?.waitsFor, ['off'])
  await pipeline.run()
  const simple = openPipeline(t, { context: { path: 'a' } }).addStep(load)
  await simple.run()
  t.like((await simple.plan({ refresh: true }))['load'], { status: 'miss', reason: 'refresh' })
  t.like((await simple.plan({ refresh: ['load'] }))['load'], { status: 'miss', reason: 'refresh' })
  t.like((await simple.plan({ cache: 'overwrite' }))['load'], { status: 'miss', reason: 'refresh' })
  t.like((await simple.plan({ cache: false }))['load'], { status: 'bypass' })
})

test('what cannot be hashed or has no key is planned to run uncached', async (t) => {
  collectWarnings()
  const given = { pending: new Promise(() => undefined) }
  const takes = step((given: object) => Object.keys(given).length, { name: 'takes' })
  const keyless = step(() => 1, { name: 'keyless', cache: () => null })
  const captures = step(() => given, { name: 'captures' })
  const plan = await openPipeline(t).addStep(takes, keyless, captures).plan({ inputs: { given } })
  t.deepEqual(statusesOf(plan), { takes: 'bypass', keyless: 'bypass', captures: 'bypass' })
})

test('a plan runs nothing, loads nothing and writes nothing', async (t) => {
  const memory = openMemory(t)
  const large = step(() => new Uint8Array(500_000), { name: 'large' })
  const uses = step((large: Uint8Array, x: number) => large.length + x, { name: 'uses' })
  const pipeline = openPipeline(t, { memory }).addStep(large, uses)
  const inputs = { x: 1 }
  const empty = contents(memory)
  await pipeline.plan({ inputs })
  t.deepEqual(contents(memory), empty)
  await pipeline.run({ inputs })
  memory.clear({ name: 'uses' })
  const before = contents(memory)
  for (const options of [{ inputs }, { inputs, refresh: true }, { inputs: { x: 2 }, only: ['uses'] }])
    await pipeline.plan(options)
  t.deepEqual(contents(memory), before)
  t.deepEqual(statusesOf(await pipeline.plan({ inputs })), { large: 'hit', uses: 'miss' })
})

test('an expired result is planned as stale, and a run does it again', async (t) => {
  let now = 1_700_000_000_000
  const memory = openMemory(t, { clock: () => now })
  const pipeline = openPipeline(t, { memory }).addStep(step(() => 1, { name: 'ages', maxAge: '1h' }))
  await pipeline.run()
  now += 3_600_001
  t.like((await pipeline.plan())['ages'], { status: 'stale', reason: 'expired' })
  t.deepEqual(statesOf(await pipeline.run()), { ages: 'ran' })
})

// ------------------------------------------------ a run right after a plan

interface Shape {
  /** What each step takes, by place; -1 is the parameter of the context. */
  readonly needs: readonly number[][]
  readonly kinds: readonly ('plain' | 'constant' | 'inputHash' | 'off' | 'parts' | 'skipped')[]
}
interface Edit {
  readonly step: number
  readonly what: 'body' | 'context' | 'clear' | 'refresh' | 'nothing'
}

const shapes = fc
  .array(
    fc.tuple(
      fc.array(fc.nat({ max: 6 }), { maxLength: 3 }),
      fc.constantFrom('plain', 'plain', 'constant', 'inputHash', 'off', 'parts', 'skipped'),
    ),
    { minLength: 1, maxLength: 7 },
  )
  .map((steps): Shape => ({
    needs: steps.map(([back], at) => [...new Set(back.map((one) => Math.max(at - one - 1, -1)))]),
    kinds: steps.map(([, kind]) => kind as Shape['kinds'][number]),
  }))
const edits = fc.array(
  fc.record({
    step: fc.nat({ max: 6 }),
    what: fc.constantFrom<Edit['what']>('body', 'context', 'clear', 'refresh', 'nothing'),
  }),
  { minLength: 1, maxLength: 4 },
)

// One text each, so that an edit is one of code.
const bodies = [
  (...given: unknown[]): unknown => [given.length, 0],
  (...given: unknown[]): unknown => [given.length, 1],
  (...given: unknown[]): unknown => [given.length, 2],
]

function stepsOf({ needs, kinds }: Shape, versions: readonly number[]): AnyStep[] {
  return needs.map((needed, at) => {
    const kind = kinds[at]!
    const inputs = needed.map((one) => (one === -1 ? 'parameter' : `s${one}`))
    const name = `s${at}`
    const body = bodies[versions[at]! % bodies.length]!
    if (kind === 'constant') return step((..._: unknown[]) => 'always this', { name, inputs })
    if (kind === 'off') return step(body, { name, inputs, cache: false })
    if (kind === 'inputHash') return step(body, { name, inputs, cache: 'inputHash' })
    if (kind === 'skipped') return step(body, { name, inputs, condition: () => false })
    if (kind === 'parts') return step(body, { name, inputs, outputs: [name, `${name}-other`] })
    return step(body, { name, inputs })
  })
}

/** What a run may make of what was planned. */
const FULFILS: Readonly<Record<string, readonly string[]>> = {
  hit: ['hit'],
  miss: ['ran'],
  stale: ['ran'],
  bypass: ['ran'],
  skipped: ['skipped'],
  // Equal results leave what follows as it was.
  unknown: ['hit', 'ran', 'skipped'],
}

test('whatever the pipeline and the edits, a run right after a plan does what it said', async (t) => {
  const memory = openMemory(t)
  let rounds = 0
  await fc.assert(
    fc.asyncProperty(shapes, edits, async (shape, made) => {
      memory.clear()
      const versions = shape.needs.map(() => 0)
      const context = { parameter: rounds++ }
      const run = async (options: PipelineRunOptions): Promise<void> => {
        const pipeline = new Pipeline('random', { memory, context }).addSteps(stepsOf(shape, versions))
        const planned = await pipeline.plan(options)
        const states = statesOf((await pipeline.run(options)).orThrow())
        for (const [name, { status, waitsFor }] of Object.entries(planned)) {
          if (!FULFILS[status]!.includes(states[name]!))
            throw new Error(`${name}: planned ${status}, was ${states[name]}`)
          if ((status === 'unknown') !== waitsFor.length > 0) throw new Error(`${name}: waits for ${waitsFor.join()}`)
          for (const other of waitsFor)
            if (planned[other]!.status === 'hit') throw new Error(`${name} waits for ${other}, which hits`)
        }
      }
      await run({})
      for (const { step: at, what } of made) {
        const place = at % shape.needs.length
        if (what === 'body') versions[place]!++
        if (what === 'context') context.parameter = rounds++
        if (what === 'clear') memory.clear({ name: `s${place}` })
        await run(what === 'refresh' ? { refresh: [`s${place}`] } : {})
      }
    }),
    { numRuns: 60 },
  )
  t.pass()
})
