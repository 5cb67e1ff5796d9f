import test from 'ava'
import { EngramError, Payload, Pipeline, currentContext, step } from '../../index.ts'
import { openPipeline, refused, statesOf, statesOfRun } from '../kit/pipelines.ts'
import { openMemory } from '../kit/temporary-store.ts'

const load = step(() => ({ rows: [1, 2, 3], name: 'table' }), { name: 'load' })
const total = step((load: { rows: number[] }) => load.rows.length, { name: 'total' })
const split = step((load: { rows: number[] }) => ({ train: load.rows.slice(1), test: load.rows.slice(0, 1) }), {
  name: 'split',
  outputs: ['train', 'test'],
})
const pair = step((total: number): [string, number] => ['a', total], { name: 'pair', outputs: ['left', 'right'] })

test('outputs are loaded when they are read, kept, and are the caller’s to change', async (t) => {
  const pipeline = openPipeline(t).addStep(load, total)
  const result = await pipeline.run()
  t.deepEqual(Object.keys(result.outputs), ['load', 'total'])
  const { load: own } = result.outputs
  own.rows.push(9)
  t.is(result.outputs.load, own)
  t.is(result.get('load'), own)
  t.is(result.stepResults['load']?.output, own)
  const other = await pipeline.run()
  t.deepEqual(other.outputs.load.rows, [1, 2, 3])
  t.true('total' in result.outputs)
  t.false('nothing' in result.outputs)
  t.is((result.outputs as Record<string, unknown>)['nothing'], undefined)
})

test('several outputs: an array in order, or an object by key, each by itself', async (t) => {
  const memory = openMemory(t)
  const pipeline = openPipeline(t, { memory }).addStep(load, total, split, pair)
  const takes = step((test: number[], right: number) => [...test, right], { name: 'takes' })
  pipeline.addStep(takes)
  for (const state of ['ran', 'hit'] as const) {
    const result = (await pipeline.run()).orThrow()
    t.deepEqual({ ...result.outputs } as object, {
      load: { rows: [1, 2, 3], name: 'table' },
      total: 3,
      train: [2, 3],
      test: [1],
      left: 'a',
      right: 3,
      takes: [1, 3],
    })
    t.deepEqual(result.get('split'), { train: [2, 3], test: [1] })
    t.deepEqual(result.get('pair'), ['a', 3])
    t.is(result.stepResults['takes']?.state, state)
    t.not(result.payload('train').digest, result.payload('test').digest)
  }
})

test('a payload refers to a result, and can be made an argument', async (t) => {
  const memory = openMemory(t)
  const result = await openPipeline(t, { memory }).addStep(load, total).run()
  const payload = result.payload('load')
  t.true(payload instanceof Payload)
  t.is(payload.digest, result.stepResults['load']!.outputDigest!)
  t.deepEqual(payload.value, { rows: [1, 2, 3], name: 'table' })
  t.deepEqual((Payload.from(payload.toJSON(), memory) as Payload<{ rows: number[] }>).value.rows, [1, 2, 3])
  const uses = openPipeline(t, { memory }).addStep(
    step((table: { rows: number[] }) => table.rows.length, { name: 'uses' }),
  )
  t.is((await uses.run({ inputs: { table: payload } })).get('uses'), 3)
  t.deepEqual(await statesOfRun(uses, { inputs: { table: result.payload('load') } }), { uses: 'hit' })
})

test('assets, members of them, and names', async (t) => {
  const pipeline = openPipeline(t)
  const loaded = pipeline.step(load)
  const parts = pipeline.step(split, loaded)
  const length = pipeline.step(
    step((name: string) => name.length, { name: 'length' }),
    loaded.pick('name'),
  )
  const again = pipeline.step(split, loaded)
  const result = (await pipeline.run()).orThrow()
  t.is(result.get(loaded.pick('name')), 'table')
  t.is(result.get(loaded.pick('rows').pick(1)), 2)
  t.deepEqual(result.get(parts), { train: [2, 3], test: [1] })
  t.deepEqual(result.get(parts.pick('test')), [1])
  t.deepEqual(result.get(again), result.get(parts))
  t.is(result.get(length), 5)
  t.deepEqual(result.payload(loaded.pick('rows')).value, [1, 2, 3])
  t.deepEqual(Object.keys(result.stepResults), ['load', 'split', 'length', 'split-2'])
  t.deepEqual(Object.keys(result.outputs), ['load', 'train', 'test', 'length', 'train-2', 'test-2'])
  for (const wrong of ['nothing', 5, null, undefined, {}, pipeline.input('x')])
    await refused(t, () => result.get(wrong as never))
  const error = await refused(t, () => result.get('nothing'), 'nothing', 'train', 'split', 'load')
  t.is(error?.code, 'ERR_PIPELINE')
})

test('a member of what a step gives is enough for its follower to hit', async (t) => {
  const pipeline = openPipeline(t, { context: { rows: [1] } })
  const makes = step((rows: number[]) => ({ rows, name: 'same' }), { name: 'makes', outputs: ['rows_', 'name'] })
  const made = pipeline.step(makes, pipeline.param<number[]>('rows'))
  const named = step((name: string) => name.length, { name: 'named' })
  pipeline.step(named, made.pick('name'))
  t.deepEqual(statesOf(await pipeline.run()), { makes: 'failed', named: 'cancelled' })
  const parts = openPipeline(t, { context: { rows: [1] } })
  const given = parts.step(makes.with({ outputs: ['rows', 'name'] }), parts.param<number[]>('rows'))
  parts.step(named, given.pick('name'))
  t.deepEqual(await statesOfRun(parts), { makes: 'ran', named: 'ran' })
  t.deepEqual(await statesOfRun(parts, { context: { rows: [1, 2] } }), { makes: 'ran', named: 'hit' })
})

test('what was not part of a run cannot be had of its result', async (t) => {
  const result = await openPipeline(t)
    .addStep(load, total, split)
    .run({ only: ['total'] })
  t.deepEqual(Object.keys(result.outputs), ['load', 'total'])
  t.deepEqual(Object.keys(result.stepResults), ['load', 'total'])
  await refused(t, () => result.get('train'), 'train', 'split')
})

test('what comes before the steps of a run can be had of its result', async (t) => {
  const pipeline = openPipeline(t).addStep(load, total)
  await pipeline.run()
  const result = await pipeline.run({ from: ['total'], refresh: ['total'] })
  t.deepEqual(statesOf(result), { total: 'ran' })
  t.deepEqual(result.get('load'), { rows: [1, 2, 3], name: 'table' })
  t.is(result.hitRate, 0)
})

test('conditions see outputs and inputs, load what they read, and skip what follows', async (t) => {
  const read: unknown[] = []
  const large = step((_: number) => 'large', {
    inputs: ['total'],
    name: 'large',
    condition: (assets) => {
      read.push(Object.keys(assets), assets['total'], 'limit' in assets, assets['nobody'])
      return assets['total'] > assets['limit']
    },
  })
  const after = step((large: string) => large.length, { name: 'after' })
  const pipeline = openPipeline(t).addStep(large, after, total, load)
  const skipped = await pipeline.run({ inputs: { limit: 5 } })
  t.deepEqual(statesOf(skipped), { large: 'skipped', after: 'skipped', total: 'ran', load: 'ran' })
  t.deepEqual([skipped.success, skipped.state, skipped.stepResults['large']?.skipped], [true, 'completed', true])
  await refused(t, () => skipped.outputs.large, 'large', 'skipped')
  t.deepEqual(read, [['large', 'after', 'total', 'load', 'limit'], 3, true, undefined])
  t.deepEqual(statesOf(await pipeline.run({ inputs: { limit: 1 } })), {
    large: 'ran',
    after: 'ran',
    total: 'hit',
    load: 'hit',
  })
  const throws = step(() => 1, { name: 'throws', condition: () => Promise.reject(new Error('of the condition')) })
  const result = await openPipeline(t).addStep(throws).run()
  t.is(result.stepResults['throws']?.error?.message, 'of the condition')
})

test('a summary is a table of the steps, and a record is JSON', async (t) => {
  const says = step(() => (currentContext()?.report('accuracy', 0.9), 1), {
    name: 'says',
    captures: { ignore: ['currentContext'] },
  })
  const fails = step(() => Promise.reject(new Error('first line\nsecond')), { name: 'fails' })
  const result = await openPipeline(t, {}, 'summed').addStep(load, says, fails).run({ onFailure: 'continue' })
  const summary = result.summary()
  for (const word of ['load', 'ran', 'says', 'accuracy 0.9', 'fails', 'failed', 'first line', 'summed', '0 %'])
    t.true(summary.includes(word), word)
  t.false(summary.includes('second'))
  const record = JSON.parse(JSON.stringify(result)) as Record<string, unknown>
  t.like(record, { runId: result.runId, kind: 'pipeline', name: 'summed', state: 'failed' })
  t.is((record['calls'] as unknown[]).length, 3)
})

test('a pipeline is a step of another, by its open inputs and its outputs', async (t) => {
  const inner = new Pipeline('inner', { context: { factor: 2 } }).addStep(
    step((x: number, factor: number) => x * factor, { name: 'scaled' }),
    step((scaled: number) => scaled + 1, { name: 'next' }),
  )
  const asked = inner.asStep()
  t.is(asked.stepName, 'inner')
  const outer = openPipeline(t).addStep(
    asked,
    step((inner: { next: number }) => inner.next * 10, { name: 'outer' }),
  )
  const first = (await outer.run({ inputs: { x: 1 } })).orThrow()
  t.deepEqual(first.outputs['inner'], { scaled: 2, next: 3 })
  t.is(first.outputs['outer'], 30)
  t.deepEqual(
    Object.values(await outer.plan({ inputs: { x: 1 } })).map(({ status }) => status),
    ['hit', 'hit'],
  )
  const again = await outer.run({ inputs: { x: 1 } })
  t.deepEqual([again.hitRate, again.outputs['outer']], [1, 30])
  t.deepEqual(
    Object.values(await outer.plan({ inputs: { x: 2 } })).map(({ status }) => status),
    ['miss', 'unknown'],
  )
  await refused(t, () => outer.run(), 'inner', `'x'`)
  const broken = new Pipeline('broken').addStep(step(() => Promise.reject(new TypeError('inside')), { name: 'inside' }))
  const failed = await openPipeline(t)
    .addStep(broken.asStep({ name: 'sub' }))
    .run()
  t.deepEqual(statesOf(failed), { sub: 'failed' })
  t.throws(() => failed.orThrow(), { instanceOf: TypeError, message: 'inside' })
})

test('a step is a plain function outside of a pipeline', async (t) => {
  t.deepEqual(split({ rows: [1, 2] }), { train: [2], test: [1] })
  const named = total.with({ name: 'counted', description: 'how many', tags: ['x'] })
  t.deepEqual([named.stepName, named.name, total.stepName, named({ rows: [1] })], ['counted', 'counted', 'total', 1])
  t.deepEqual(openPipeline(t).addStep(load, named).toJSON().steps[1]?.tags, ['x'])
  t.throws(() => step(5 as never), { instanceOf: EngramError })
})

test('who listens hears of each step and of the run', async (t) => {
  const heard: string[] = []
  const hear = ({ name, state }: { name: string; state: string }): unknown => heard.push(`${name} ${state}`)
  const pipeline = openPipeline(t).addStep(load, total)
  pipeline.on('call', hear).on('run', hear)
  await pipeline.run({ onCall: hear, concurrency: 1 })
  t.deepEqual(heard.splice(0), ['load ran', 'load ran', 'total ran', 'total ran', 'tested completed'])
  pipeline.off('call', hear).off('run', hear)
  await pipeline.run()
  t.deepEqual(heard, [])
  t.throws(() => pipeline.on('other' as never, hear), { code: 'ERR_INVALID_OPTION' })
})
