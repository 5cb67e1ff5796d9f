// What the compiler must say of works, flows and apps: `npm run check` reads this file, and a wrong type is an error there.
// oxlint-disable no-underscore-dangle -- such a field of a component is no state
import test from 'ava'
import {
  App,
  type AppOptions,
  type AppStage,
  type CallRecord,
  type Changes,
  Drive,
  Flow,
  LightningApp,
  LightningFlow,
  LightningWork,
  type StateOf,
  Work,
  type WorkOptions,
  type WorkStage,
  type WorkStatus,
  currentContext,
} from '../../index.ts'
import { openMemory } from '../kit/temporary-store.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <T extends true>(): T => true as T

class Train extends Work {
  lastCheckpointPath: string | null = null
  async run(epochs = 10): Promise<{ epochs: number }> {
    for (let epoch = 0; epoch < epochs; epoch++) {
      this.signal.throwIfAborted()
      this.lastCheckpointPath = `/ckpt/${epoch}`
    }
    return { epochs }
  }
}

class Deploy extends Work {
  run(path: string): number {
    return path.length
  }
}

class Deployment extends Flow {
  train = new Train({ parallel: true })
  deploy = new Deploy({ parallel: true })
  _secret = 1
  run(): void {
    this.train.run()
    if (this.train.lastCheckpointPath) this.deploy.run(this.train.lastCheckpointPath)
    if (this.schedule('0 0 * * *') && this.deploy.hasSucceeded) this.stop('done')
  }
}

test('an app has the types of its root', async (t) => {
  const app = new App(new Deployment(), { memory: openMemory(t) })
  is<Equal<typeof app.state.train.lastCheckpointPath, string | null>>()
  is<Equal<typeof app.state.train.status, WorkStatus>>()
  is<Equal<typeof app.root.deploy.lastResult, number | undefined>>()
  is<Equal<typeof app.stage, AppStage>>()
  // @ts-expect-error not state
  t.is(app.state._secret, undefined)
  // @ts-expect-error state is read
  const set = (): void => (app.state.train.lastCheckpointPath = 'x')
  t.is(typeof set, 'function')
  const ended = app.start()
  await app.stop()
  await ended
  const epochs: number | undefined = app.root.train.lastResult?.epochs
  t.true(epochs === undefined || epochs === 10)
  t.is(currentContext()?.signal, undefined)
})

test('a work can be the root, and its status is in the state', (t) => {
  const app = new App(new Deploy())
  is<Equal<typeof app.state.status, WorkStatus>>()
  t.is(app.state.status.stage, 'notStarted')
})

test('arguments of calls are checked, those of flows in flows too', async (t) => {
  class Inner extends Flow {
    run(value: string): void {
      t.is(value, 'x')
    }
  }
  class Outer extends Flow {
    inner = new Inner()
    run(): void {
      this.inner.run('x')
    }
  }
  await new App(new Outer(), { memory: openMemory(t) }).start()
  // @ts-expect-error a path is text
  const wrong = (): unknown => new Deploy().run(5)
  t.is(typeof wrong, 'function')
})

test('the events have their types, and names from Lightning are there', (t) => {
  const app = new App(new Deployment())
  app.on('change', (changes) => void is<Equal<typeof changes, Changes>>())
  app.on('call', (call) => void is<Equal<typeof call, CallRecord>>())
  // @ts-expect-error no such event
  t.throws(() => app.on('end', () => {}), { code: 'ERR_INVALID_OPTION' })
  t.deepEqual([LightningApp, LightningFlow, LightningWork] as unknown[], [App, Flow, Work])
})

test('types by their names', (t) => {
  const options: WorkOptions = {
    cacheCalls: false,
    parallel: true,
    raiseException: false,
    thread: new URL('file:///x'),
    retry: 2,
    timeout: '5m',
  }
  const ofApp: AppOptions = { name: 'x', resume: false, clock: () => 0 }
  const stage: WorkStage = 'pending'
  const state: StateOf<Deploy> = { status: { stage, timestamp: 0 } }
  const drive: Drive = new Drive('lit://x')
  class ExampleWork extends Work {
    run(...args: unknown[]): number {
      return args.length
    }
  }
  const example = new ExampleWork({ cacheCalls: true })
  t.deepEqual([example.run({ value: 1 }), example.run({ value: 10 }), example.numSuccesses], [1, 1, 2])
  t.deepEqual([options.retry, ofApp.name, state.status.stage, drive.id], [2, 'x', 'pending', 'x'])
})
