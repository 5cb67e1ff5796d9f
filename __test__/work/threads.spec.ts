// Works in worker threads: their state here and there, what they give, and how they end.
// oxlint-disable no-underscore-dangle -- such a field of a component is no state
import test, { type ExecutionContext } from 'ava'
import { threadId } from 'node:worker_threads'
import { Drive, Flow, type WorkOptions } from '../../index.ts'
import { failureOf, openApp, pause, runApp } from '../kit/apps.ts'
import { eventually, within } from '../kit/deadline.ts'
import { put } from '../kit/files.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { UserProgram } from '../kit/user-program.ts'
import Threaded, { type Job } from './threaded-works.ts'

const thread = new URL('threaded-works.ts', import.meta.url)

class Holding extends Flow {
  work: Threaded
  readonly _jobs: readonly Job[]
  constructor(jobs: readonly Job[], options: WorkOptions = {}) {
    super()
    this.work = new Threaded({ thread, ...options })
    this._jobs = jobs
  }
  run(): void {
    for (const job of this._jobs) this.work.run(job)
  }
}

/** What one call gives. */
async function gives(t: ExecutionContext, job: Job, options: WorkOptions = {}): Promise<unknown> {
  const app = await runApp(t, new Holding([job], options))
  return app.root.work.lastResult
}

test('a work runs in another thread, as a call of its run', async (t) => {
  const said = (await gives(t, { act: 'thread' })) as { threadId: number; name: string }
  t.not(said.threadId, threadId)
  t.is(said.name, 'root.work')
})

test('state that it changes there is here, of calls one after the other', async (t) => {
  const app = await runApp(
    t,
    new Holding([
      { act: 'sum', value: 1 },
      { act: 'sum', value: 2 },
      { act: 'sum', value: 3 },
    ]),
  )
  const { work } = app.root
  t.is(work.progress, 6)
  t.is(work.lastResult, 6)
  t.deepEqual(work.log, ['sum', 'sum', 'sum'])
  t.deepEqual([...work.of], [['last', 3]])
})

test('state is seen here while it runs, and what is set here is seen there', async (t) => {
  const app = openApp(t, new Holding([{ act: 'wait' }], { parallel: true }))
  const ended = app.start()
  await eventually('its progress', () => app.root.work.progress === 1)
  t.true(app.root.work.isRunning)
  app.root.work.target = 42
  await within('the end', ended)
  t.is(app.root.work.lastResult, 42)
  t.is(app.root.work.progress, 42)
})

test('a large result comes through the store', async (t) => {
  const floats = (await gives(t, { act: 'large', value: 100_000 })) as Float64Array
  t.is(floats.length, 100_000)
  t.is(floats[99_999], 99_999)
})

test('a payload among the arguments and in the state, both ways', async (t) => {
  const payload = openMemory(t).payload(new Float64Array([1, 2, 3, 4]))
  const app = await runApp(t, new Holding([{ act: 'payload', payload }, { act: 'read' }]))
  t.is(app.root.work.lastResult, 3)
  t.deepEqual([...app.root.work.held!.value], [1, 2, 3])
  t.deepEqual(
    app.root.work.calls.map(({ state }) => state),
    ['ran', 'ran'],
  )
})

test('a drive among the arguments', async (t) => {
  const memory = openMemory(t)
  const rootFolder = temporaryDirectory(t)
  put(rootFolder, 'a.txt', 'a')
  const drive = new Drive('lit://files', { memory, rootFolder })
  await drive.put('a.txt')
  const app = await runApp(t, new Holding([{ act: 'drive', drive }]), { memory })
  t.deepEqual(app.root.work.lastResult as unknown, { ids: 'files', files: ['a.txt'] })
})

test('what it throws comes with its name, code and message', async (t) => {
  const error = await failureOf(t, new Holding([{ act: 'throw' }]))
  t.like(error, { name: 'OwnError', code: 'OWN', message: 'from the thread' })
})

test('a thread that dies is a call that failed, and the next call has another', async (t) => {
  t.like(await failureOf(t, new Holding([{ act: 'die' }])), { code: 'ERR_EXECUTOR' })
  const jobs: Job[] = [{ act: 'die' }, { act: 'sum', value: 5 }]
  class Surviving extends Holding {
    override run(): void {
      for (const job of this._jobs) if (!(job.act === 'die' && this.work.hasStarted)) this.work.run(job)
    }
  }
  const app = await runApp(t, new Surviving(jobs, { raiseException: false, parallel: true }))
  t.is(app.root.work.lastResult, 5)
  t.true(app.root.work.calls.some(({ state }) => state === 'failed'))
})

for (const act of ['hang', 'spin'] as const) {
  test(`what never ends is ended by its timeout, with its thread: ${act}`, async (t) => {
    // Time for the thread to begin.
    const error = await failureOf(t, new Holding([{ act }], { timeout: 300 }))
    t.like(error, { code: 'ERR_TIMEOUT' })
  })

  test(`what never ends is ended by stop, with its thread: ${act}`, async (t) => {
    const app = openApp(t, new Holding([{ act }], { parallel: true }))
    const ended = app.start()
    await eventually('it runs', () => app.root.work.progress === 1)
    await within('stop', app.root.work.stop())
    t.true(app.root.work.hasStopped)
    await within('the end', ended)
    t.is(app.stage, 'stopped')
  })
}

test('what hears its signal ends by itself when the app is stopped', async (t) => {
  const app = openApp(t, new Holding([{ act: 'wait' }], { parallel: true }))
  const ended = app.start()
  await eventually('it runs', () => app.root.work.progress === 1)
  await within('stop', app.stop())
  await ended
  t.true(app.root.work.hasStopped)
})

test('a class that is not there, or is no work, and a module that is not there fail the call', async (t) => {
  for (const options of [
    { threadExport: 'Missing' },
    { threadExport: 'notAWork' },
    { threadExport: 'OwnError' },
    { thread: new URL('nowhere.ts', import.meta.url) },
  ]) {
    const error = (await failureOf(t, new Holding([{ act: 'sum' }], options))) as { code: string }
    t.is(error.code, 'thread' in options ? 'ERR_MODULE_NOT_FOUND' : 'ERR_WORK')
  }
})

test('a class may be an export by name', async (t) => {
  t.is(await gives(t, { act: 'sum', value: 4 }, { threadExport: 'Named' }), 4)
})

test('a result that cannot be stored fails the call', async (t) => {
  t.like(await failureOf(t, new Holding([{ act: 'unstorable' }])), { code: 'ERR_WORK' })
})

test('calls that are not remembered run there, too', async (t) => {
  class Once extends Holding {
    override run(): void {
      if (!this.work.hasStarted) this.work.run({ act: 'sum', value: 2 })
    }
  }
  const app = await runApp(t, new Once([], { cacheCalls: false, parallel: true }))
  t.is(app.root.work.lastResult, 2)
})

// Each side told the other its value, and kept that of the other: they went on with different ones.
test('a field that is set on both sides at once has one value afterwards: that of the flow', async (t) => {
  const app = openApp(t, new Holding([{ act: 'race' }], { parallel: true }))
  const ended = app.start()
  const { work } = app.root
  await eventually('it runs', () => work.progress === 1)
  work.target = 1
  // The thread sets it meanwhile, and this one does not hear of it.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
  work.progress = 1000
  await pause(50)
  work.target = 2
  await within('the end', ended)
  t.deepEqual([work.progress, work.lastResult], [1000, 1000])
})

test('a process with works in threads ends by itself', async (t) => {
  const program = new UserProgram(
    t,
    `
import { App, Flow, Memory } from 'engram'
import Threaded from ${JSON.stringify(thread.href)}
const memory = new Memory({ location: './store' })
class Holding extends Flow {
  work = new Threaded({ thread: new URL(${JSON.stringify(thread.href)}) })
  run() {
    this.work.run({ act: 'sum', value: 5 })
  }
}
const app = new App(new Holding(), { memory })
await app.start()
console.log(app.root.work.lastResult)
`,
  )
  t.is(await within('the end of the program', program.run()), 5)
})
