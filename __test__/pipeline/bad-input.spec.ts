// Bad input to steps and pipelines: each has its outcome.
import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { type EngramError, NonRecoverableError, context, step } from '../../index.ts'
import { openPipeline, refused, statesOf, statesOfRun } from '../kit/pipelines.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

const load = step(() => [1, 2, 3], { name: 'load' })

test('an input that cannot be hashed: the step runs uncached, which is said once', async (t) => {
  const warnings = collectWarnings()
  let runs = 0
  const uses = step((socket: { send(): number }) => (runs++, socket.send()), {
    name: 'uses',
    captures: { ignore: ['runs'] },
  })
  const follows = step((uses: number) => uses + 1, { name: 'follows' })
  const pipeline = openPipeline(t).addStep(uses, follows)
  const socket = { pending: new Promise(() => undefined), send: () => 4 }
  for (const state of ['ran', 'hit'] as const) {
    const result = (await pipeline.run({ inputs: { socket } })).orThrow()
    t.deepEqual(statesOf(result), { uses: 'ran', follows: state })
    t.is(result.outputs['follows'], 5)
  }
  t.is(runs, 2)
  t.deepEqual(warnings.codes(), ['ERR_UNHASHABLE'])

  const strict = openPipeline(t, { memory: openMemory(t, { onError: 'throw' }) }).addStep(uses)
  const result = await strict.run({ inputs: { socket } })
  t.deepEqual(statesOf(result), { uses: 'failed' })
  t.is((result.stepResults['uses']!.error as EngramError).code, 'ERR_UNHASHABLE')
})

test('a connection passes live within the run, and those that take it run uncached', async (t) => {
  const warnings = collectWarnings()
  const opened: object[] = []
  const connect = step(
    () => {
      const connection = { query: (id: number) => `row ${id}`, close: () => undefined }
      opened.push(connection)
      return connection
    },
    { name: 'connect', cache: false },
  )
  const given: object[] = []
  const rows = step(
    (connect: { query(id: number): string }) => {
      given.push(connect)
      return [connect.query(1), connect.query(2)]
    },
    { name: 'rows' },
  )
  const count = step((rows: string[]) => rows.length, { name: 'count' })
  const pipeline = openPipeline(t).addStep(connect, rows, count)
  t.deepEqual(await statesOfRun(pipeline), { connect: 'ran', rows: 'ran', count: 'ran' })
  const second = await pipeline.run()
  t.deepEqual(statesOf(second), { connect: 'ran', rows: 'ran', count: 'hit' })
  t.deepEqual(given, opened)
  t.is(given[1], opened[1])
  t.is(second.outputs['connect'], opened[1] as never)
  t.deepEqual(warnings.codes(), ['ERR_UNHASHABLE'])
})

test('a result that is a promise of a stream passes live', async (t) => {
  collectWarnings()
  const streams = step(async () => new Response('of bytes').body!, { name: 'streams' })
  const reads = step(async (streams: ReadableStream) => new Response(streams).text(), { name: 'reads' })
  const pipeline = openPipeline(t).addStep(streams, reads)
  for (const _ of [1, 2]) {
    const result = (await pipeline.run()).orThrow()
    t.deepEqual(statesOf(result), { streams: 'ran', reads: 'ran' })
    t.is(result.outputs['reads'], 'of bytes')
  }
})

test('a thenable result is awaited, and one that throws when it is is a failure', async (t) => {
  /* oxlint-disable unicorn/no-thenable -- it is what this is about */
  const thenable = step(() => ({ then: (give: (n: number) => void) => give(7) }), { name: 'thenable' })
  const broken = step(
    () => ({
      get then(): never {
        throw new Error('broken')
      },
    }),
    { name: 'broken' },
  )
  const result = await openPipeline(t).addStep(thenable, broken).run({ onFailure: 'continue' })
  t.deepEqual(statesOf(result), { thenable: 'ran', broken: 'failed' })
  t.is(result.outputs['thenable'] as unknown, 7)
})

test('a context that changes during a run changes the next run', async (t) => {
  const parameters = context({ rate: 1, rows: [1] })
  const changes = step(
    () => {
      parameters.update({ rate: 2 })
      parameters.get('rows').push(2)
      return 0
    },
    { name: 'changes', cache: false },
  )
  const uses = step((changes: number, rate: number, rows: number[]) => [changes, rate, rows.length], { name: 'uses' })
  const pipeline = openPipeline(t, { context: parameters }).addStep(changes, uses)
  t.deepEqual((await pipeline.run()).outputs['uses'], [0, 1, 1])
  t.deepEqual((await pipeline.run()).outputs['uses'], [0, 2, 2])
})

test('what the program gave and changes meanwhile counts as it was', async (t) => {
  const rows = [1]
  const changes = step(() => rows.push(2), { name: 'changes', cache: false })
  const uses = step((_: number, rows: number[]) => rows.length, { name: 'uses', inputs: ['changes', 'rows'] })
  const pipeline = openPipeline(t).addStep(
    changes.with({ outputs: ['pushed'] }),
    uses.with({ inputs: ['one', 'rows'] }),
  )
  const wait = step((pushed: number) => Math.min(pushed, 1), { name: 'wait', outputs: ['one'] })
  pipeline.addStep(wait)
  t.is((await pipeline.run({ inputs: { rows } })).get('uses'), 1)
  // Two rows have not been counted yet.
  t.is((await pipeline.run({ inputs: { rows: [1, 2] } })).get('uses'), 2)
  t.deepEqual(statesOf(await pipeline.run({ inputs: { rows: [1] } })), { changes: 'ran', uses: 'hit', wait: 'ran' })

  const wired = openPipeline(t)
  const list = [1]
  const pushes = wired.step(step(() => Math.min(list.push(2), 1), { name: 'pushes', cache: false }))
  wired.step(uses, pushes, list)
  t.is((await wired.run()).get('uses'), 1)
  const other = openPipeline(t, { memory: openMemory(t) })
  other.step(uses, 1, [1, 2])
  t.is((await other.run()).get('uses'), 2)
})

test('concurrency: one at a time, all at once, and what makes no sense', async (t) => {
  let [now, most] = [0, 0]
  const steps = Array.from({ length: 20 }, (_, n) =>
    step(
      async () => {
        most = Math.max(most, ++now)
        await sleep(2)
        now--
      },
      { name: `s${n}`, cache: false },
    ),
  )
  for (const [concurrency, expected] of [
    [1, 1],
    [3, 3],
    [Infinity, 20],
  ] as const) {
    most = 0
    await openPipeline(t).addSteps(steps).run({ concurrency })
    t.is(most, expected)
  }
  for (const concurrency of [0, -1, -Infinity, 1.5, Number.NaN, '4' as never]) {
    const error = await t.throwsAsync(openPipeline(t).addSteps(steps).run({ concurrency }))
    t.is((error as EngramError).code, 'ERR_INVALID_OPTION')
  }
})

test('a pipeline without steps is refused when it is run or planned, not when it is made', async (t) => {
  const empty = openPipeline(t, {}, 'empty')
  await refused(t, () => empty.run(), 'empty')
  await refused(t, () => empty.plan(), 'empty')
  t.deepEqual(empty.toJSON(), { name: 'empty', steps: [], edges: [] })
  t.is(typeof empty.toMermaid(), 'string')
  t.is(empty.invalidate(), 0)
  t.like(empty.stats(), { hits: 0, misses: 0 })
})

test('names that objects have, odd ones, and very long ones', async (t) => {
  const names = [
    '__proto__',
    'constructor',
    'hasOwnProperty',
    'a.b',
    'then',
    'calls',
    'ü 名',
    'a/b',
    '..',
    ' ',
    '\n',
    'x[]',
  ]
  names.push('n'.repeat(10_000))
  const memory = openMemory(t)
  for (const name of names) {
    const named = step((x: number) => x + 1, { name })
    const after = step((given: number) => given * 2, { name: 'after', inputs: [name] })
    const pipeline = openPipeline(t, { memory, context: { x: 1 } }, name).addStep(named, after)
    for (const state of ['ran', 'hit'] as const) {
      const planned = await pipeline.plan()
      t.deepEqual(Object.keys(planned), [name, 'after'])
      t.is(planned[name]?.status, state === 'ran' ? 'miss' : 'hit')
      t.is(typeof String(planned), 'string')
      const result = (await pipeline.run()).orThrow()
      t.deepEqual(
        Object.entries(result.stepResults).map(([key, one]) => [key, one.state]),
        [
          [name, state],
          ['after', state],
        ],
      )
      t.is((result.outputs as Record<string, unknown>)[name], 2)
      t.is(result.get(name), 2)
      t.is(result.outputs['after'], 4)
      t.true(result.summary().length > 0)
      t.true(pipeline.toMermaid(result).length > 0)
    }
    t.is([...pipeline.runs()].length, 2, name.slice(0, 20))
    t.is([...pipeline.runs()][0]?.calls.length, 2)
    t.true(pipeline.invalidate({ step: name }) >= 1)
    memory.clear({ name: 'after' })
  }
})

test('inputs and parameters may have any name', async (t) => {
  for (const name of ['__proto__', 'constructor', 'toString', 'a.b']) {
    const named = step((x: unknown) => [x], { name: 'named', inputs: [name] })
    const given = Object.defineProperty({}, name, { value: 5, enumerable: true })
    t.deepEqual((await openPipeline(t).addStep(named).run({ inputs: given })).outputs['named'], [5])
    t.deepEqual((await openPipeline(t, { context: given }).addStep(named).run()).outputs['named'], [5])
    await refused(t, () => openPipeline(t).addStep(named).run(), name)
  }
})

test('a NonRecoverableError is a failure like others', async (t) => {
  const gone = step(
    () => {
      throw new NonRecoverableError('gone')
    },
    { name: 'gone', retry: 5 },
  )
  const result = await openPipeline(t).addStep(gone).run()
  t.is(result.stepResults['gone']?.attempts, 1)
  t.throws(() => result.orThrow(), { instanceOf: NonRecoverableError })
})

test('a closed pipeline, and one whose memory is closed, refuse to run', async (t) => {
  const memory = openMemory(t)
  const [own, given] = [openPipeline(t).addStep(load), openPipeline(t, { memory }).addStep(load)]
  await own.run()
  await own.close()
  await given.close()
  // It was the caller's.
  t.true((await given.run()).success)
  await memory.close()
  for (const closed of [own, given]) {
    const error = await t.throwsAsync(closed.run())
    t.is((error as EngramError).code, 'ERR_CLOSED')
  }
})

test('what a listener throws is not the run’s fault', async (t) => {
  const uncaught: unknown[] = []
  const listener = (error: unknown): unknown => uncaught.push(error)
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException').on('uncaughtException', listener)
  const heard: string[] = []
  const pipeline = openPipeline(t)
    .addStep(load)
    .on('call', () => {
      throw new Error('of the listener')
    })
    .on('call', ({ name }) => heard.push(`call ${name}`))
    .on('run', () => {
      throw new Error('of the other listener')
    })
    .on('run', ({ name }) => heard.push(`run ${name}`))
  const result = await pipeline.run({
    onCall: () => {
      throw new Error('of onCall')
    },
  })
  await sleep(5)
  process.removeAllListeners('uncaughtException')
  for (const other of others) process.on('uncaughtException', other)
  t.true(result.success)
  t.deepEqual(heard, ['call load', 'run tested'])
  t.is(uncaught.length, 3)
})
