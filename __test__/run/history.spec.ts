import test from 'ava'
import { type CallRecord, type Memory, currentContext, step } from '../../index.ts'
import { doorOf } from '../../src/memory/memory.ts'
import { Recorder } from '../../src/run/recorder.ts'
import { eventually } from '../kit/deadline.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openPipeline } from '../kit/pipelines.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { UserProgram } from '../kit/user-program.ts'

const load = step((x: number) => [x, 2], { name: 'load' })
const sum = step((load: number[]) => load[0]! + load[1]!, { name: 'sum' })

/** A call that ended. */
function call(name: string, more: Partial<CallRecord> = {}): CallRecord {
  return {
    name,
    state: 'ran',
    cacheStatus: 'populated',
    changed: [],
    key: 'ab',
    inputs: [],
    attempts: 1,
    startedAt: 5,
    durationMs: 1,
    savedMs: 0,
    reports: {},
    ...more,
  }
}

function recorderOf(memory: Memory, runId: string, keep = 100): Recorder {
  return new Recorder(doorOf(memory), { runId, kind: 'pipeline', name: 'recorded', startedAt: 5, keep })
}

test('a run is kept with its calls, newest first, and is found by its id', async (t) => {
  const memory = openMemory(t)
  const pipeline = openPipeline(t, { memory }, 'kept').addStep(load, sum)
  const first = await pipeline.run({ inputs: { x: 1 } })
  const second = await pipeline.run({ inputs: { x: 1 } })
  t.deepEqual(
    Array.from(memory.runs(), ({ runId }) => runId),
    [second.runId, first.runId],
  )
  const kept = memory.run(first.runId)!
  t.like(kept, { kind: 'pipeline', name: 'kept', state: 'completed' })
  t.deepEqual(JSON.parse(JSON.stringify(kept.calls)), JSON.parse(JSON.stringify(first.toJSON().calls)))
  t.deepEqual(kept.calls[1]?.inputs, [{ name: 'load', digest: kept.calls[0]!.outputDigest!, from: 'load' }])
  t.is(memory.run('nobody'), undefined)
})

test('runs are filtered by name, kind and state, and their number is bounded', async (t) => {
  const memory = openMemory(t)
  const fails = step(() => Promise.reject(new Error('no')), { name: 'fails' })
  await openPipeline(t, { memory }, 'good')
    .addStep(load)
    .run({ inputs: { x: 1 } })
  await openPipeline(t, { memory }, 'bad').addStep(fails).run()
  const names = (filter = {}): string[] => Array.from(memory.runs(filter), ({ name }) => name)
  t.deepEqual(names().sort(), ['bad', 'good'])
  t.deepEqual(names({ name: 'good' }), ['good'])
  t.deepEqual(names({ state: 'failed' }), ['bad'])
  t.deepEqual(names({ kind: 'workflow' }), [])
  t.is(names({ limit: 1 }).length, 1)
  for (const filter of [{ kind: 'step' }, { state: 'done' }, { limit: 0 }, { limit: 1.5 }, { nobody: 1 }, { name: 5 }])
    throwsCode(t, 'ERR_INVALID_OPTION', () => memory.runs(filter as object))
})

test('the last runs of a name are kept, as many as the pipeline says', async (t) => {
  const memory = openMemory(t)
  const pipeline = openPipeline(t, { memory, history: 3 }, 'bounded').addStep(load)
  const other = openPipeline(t, { memory }, 'other').addStep(load)
  await other.run({ inputs: { x: 0 } })
  const ids: string[] = []
  for (const x of [1, 2, 3, 4, 5]) ids.push((await pipeline.run({ inputs: { x } })).runId)
  t.deepEqual(
    Array.from(pipeline.runs(), ({ runId }) => runId),
    ids.slice(2).reverse(),
  )
  t.is([...pipeline.runs(2)].length, 2)
  t.is([...other.runs()].length, 1)
  t.is(memory.run(ids[0]!), undefined)
})

test('runs stay when their results are dropped', async (t) => {
  const memory = openMemory(t)
  const pipeline = openPipeline(t, { memory }).addStep(load)
  await pipeline.run({ inputs: { x: 1 } })
  memory.clear()
  t.is([...pipeline.runs()].length, 1)
})

test('two runs are compared call by call', async (t) => {
  const memory = openMemory(t)
  const pipeline = openPipeline(t, { memory }).addStep(load, sum)
  const first = await pipeline.run({ inputs: { x: 1 } })
  const second = await pipeline.run({ inputs: { x: 3 } })
  const third = await pipeline.run({ inputs: { x: 3 }, only: ['load'] })
  const [loaded, summed] = memory.diff(first.runId, second.runId)
  t.like(loaded, { name: 'load', before: 'ran', now: 'ran' })
  t.like(loaded?.changed[0], { part: 'argument', name: 'x', before: '1', now: '3' })
  t.like(summed, { name: 'sum', before: 'ran', now: 'ran' })
  t.deepEqual(memory.diff(second.runId, third.runId), [
    { name: 'load', before: 'ran', now: 'hit', changed: [] },
    { name: 'sum', before: 'ran', changed: [] },
  ])
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.diff(first.runId, 'nobody'))
})

test('lineage goes from a result to all that it was made of', async (t) => {
  const memory = openMemory(t)
  const parts = step((x: number) => ({ low: x, high: x + 1 }), { name: 'parts', outputs: ['low', 'high'] })
  const uses = step((high: number) => [high], { name: 'uses' })
  const pipeline = openPipeline(t, { memory }).addStep(parts, uses)
  const first = await pipeline.run({ inputs: { x: 1 } })
  const warm = await pipeline.run({ inputs: { x: 1 } })
  const lineage = memory.lineage(warm.payload('uses'))
  t.deepEqual(
    lineage.map(({ name, runId }) => [name, runId]),
    [
      ['uses', first.runId],
      ['parts', first.runId],
    ],
  )
  t.deepEqual(memory.lineage(warm.stepResults['uses']!.key), lineage)
  t.is(lineage[1]?.inputs[0]?.name, 'x')
  t.is(warm.stepResults['uses']?.producedBy, first.runId)
  t.deepEqual(memory.lineage('ff'), [])
})

test('calls that are too large for one row are written in several, and what is too large alone is cut', (t) => {
  const memory = openMemory(t)
  const recorder = recorderOf(memory, 'large')
  recorder.begin()
  const reports = { text: 'x'.repeat(3000) }
  for (let n = 0; n < 100; n++) recorder.add(call(`call ${n}`, { reports }))
  recorder.add(call('huge', { reports: { text: 'x'.repeat(100_000) }, outputDigest: 'cd' }))
  const error = { name: 'Error', message: 'm'.repeat(100_000), stack: 's'.repeat(100_000) }
  recorder.add(call('failed', { state: 'failed', error }))
  recorder.end('failed', 7)
  const { calls, durationMs } = memory.run('large')!
  t.is(durationMs, 7)
  t.deepEqual(
    calls.map(({ name }) => name),
    [...Array.from({ length: 100 }, (_, n) => `call ${n}`), 'huge', 'failed'],
  )
  t.deepEqual(calls[99]?.reports, reports)
  t.like(calls[100], { reports: {}, outputDigest: 'cd' })
  t.true(calls[101]!.error!.message.length <= 2000)
})

test('a call with a name, with outputs or a reason that are too large is not lost', (t) => {
  const memory = openMemory(t)
  const recorder = recorderOf(memory, 'names')
  recorder.begin()
  recorder.add(call('n'.repeat(100_000)))
  const outputs = Array.from({ length: 2000 }, (_, n) => ({ name: `output ${n}`, digest: 'ab'.repeat(32) }))
  recorder.add(call('outputs', { outputs }))
  recorder.add(call('after'))
  recorder.end('completed', 1)
  const names = memory.run('names')!.calls.map(({ name }) => name)
  t.is(names.length, 3)
  t.true(names[0]!.startsWith('nnn'))
  t.deepEqual(names.slice(1), ['outputs', 'after'])
})

test('runs of names that are too long for a record are kept, and told apart', async (t) => {
  const memory = openMemory(t)
  const names = ['a', 'b'].map((end) => 'é'.repeat(5000) + end)
  for (const name of names)
    await openPipeline(t, { memory }, name)
      .addStep(load)
      .run({ inputs: { x: 1 } })
  for (const name of names) t.is([...memory.runs({ name })].length, 1)
})

test('what a function reports is in the summary and the history, and not in the entry', async (t) => {
  const memory = openMemory(t)
  const trains = step(
    () => {
      const running = currentContext()
      running?.report('loss', 0.5)
      running?.report('loss', 0.25)
      running?.report('__proto__', 'own')
      running?.report('wrong', { deep: 1 } as never)
      return 1
    },
    { name: 'trains', captures: { ignore: ['currentContext'] } },
  )
  const pipeline = openPipeline(t, { memory }).addStep(trains)
  const first = await pipeline.run()
  t.regex(first.summary(), /loss 0\.25/)
  const { reports } = [...pipeline.runs()][0]!.calls[0]!
  t.is(reports['loss'], 0.25)
  t.deepEqual(Object.keys(reports).sort(), ['__proto__', 'loss'])
  t.deepEqual((await pipeline.run()).stepResults['trains']?.reports, {})
})

test('a run goes on where its history cannot be written', async (t) => {
  const memory = openMemory(t)
  const { records } = doorOf(memory)
  records.write = () => {
    throw new Error('no room')
  }
  const pipeline = openPipeline(t, { memory }).addStep(load, sum)
  t.true((await pipeline.run({ inputs: { x: 1 } })).success)
  t.is((await pipeline.run({ inputs: { x: 1 } })).hitRate, 1)
})

test('a run without the cache, and one of a memory that is off, leave no record', async (t) => {
  const memory = openMemory(t)
  await openPipeline(t, { memory })
    .addStep(load)
    .run({ inputs: { x: 1 }, cache: false })
  t.is([...memory.runs()].length, 0)
  const off = openMemory(t, { mode: 'off' })
  t.true(
    (
      await openPipeline(t, { memory: off })
        .addStep(load)
        .run({ inputs: { x: 1 } })
    ).success,
  )
  t.is([...off.runs()].length, 0)
})

test('a run whose process was killed is there as failed, with what it had done', async (t) => {
  const cacheDir = temporaryDirectory(t)
  const user = new UserProgram(
    t,
    `
import { Pipeline, step } from 'engram'
const one = step(() => 1, { name: 'one' })
const two = step(async (one) => {
  // Calls are written a moment after they ended.
  await new Promise((resolve) => setTimeout(resolve, 400))
  console.log('ready')
  return new Promise((resolve) => setTimeout(resolve, 600_000))
}, { name: 'two', inputs: ['one'] })
await new Pipeline('killed', { cacheDir: process.argv[2] }).addStep(one, two).run()
`,
  )
  const child = user.start([cacheDir])
  let said = ''
  child.stdout!.on('data', (text) => (said += text))
  await eventually('it says that it is ready', () => said.includes('ready'))
  const memory = openMemory(t, { location: cacheDir })
  const [running] = memory.runs()
  t.like(running, { name: 'killed', state: 'running' })
  child.kill('SIGKILL')
  await eventually('it is gone', () => child.signalCode !== null)
  const [failed] = memory.runs({ state: 'failed' })
  t.like(failed, { name: 'killed', runId: running!.runId })
  t.true(failed!.reason!.length > 0)
  t.deepEqual(
    failed!.calls.map(({ name, state }) => [name, state]),
    [['one', 'ran']],
  )
  t.is([...memory.runs({ state: 'running' })].length, 0)
})
