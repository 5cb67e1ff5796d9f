// What cannot be a work, a flow, their state or their calls, is refused where it is written, with a stable code and the path.
// oxlint-disable no-underscore-dangle -- such a field of a component is no state
import test from 'ava'
import { App, EngramError, Flow, Work, type WorkOptions } from '../../index.ts'
import { failureOf, openApp } from '../kit/apps.ts'
import { throwsCode } from '../kit/error-code.ts'

class Quiet extends Work {
  run(..._args: unknown[]): unknown {
    return undefined
  }
}
class Runless extends (Work as unknown as new (options?: WorkOptions) => { run(): unknown }) {}

const flowWith = (run: (flow: any) => unknown, fields: Record<string, unknown> = {}): Flow => {
  class Made extends Flow {
    constructor() {
      super()
      Object.assign(this, fields)
    }
    run(): any {
      return run(this)
    }
  }
  return new Made()
}

test('a work without run is refused when it is called, and in an app at the start', async (t) => {
  throwsCode(t, 'ERR_WORK', () => new Runless().run())
  t.like(
    await failureOf(
      t,
      flowWith(() => {}, { work: new Runless() }),
    ),
    { code: 'ERR_WORK' },
  )
})

test('a flow without run is refused at the start', async (t) => {
  class Empty extends (Flow as unknown as new () => object) {}
  t.like(await failureOf(t, new Empty() as Flow), { code: 'ERR_WORK' })
})

test('a run that is no function is refused', async (t) => {
  class Wrong extends (Work as unknown as new () => { run: unknown }) {
    override run = 5
  }
  const wrong = new Wrong() as { run: any }
  t.throws(() => wrong.run())
  t.like(
    await failureOf(
      t,
      flowWith(() => {}, { wrong }),
    ),
    { code: 'ERR_WORK' },
  )
})

test('an app that was refused leaves its components as they were', async (t) => {
  const root = flowWith(() => {}, { good: new Quiet(), bad: new Runless() })
  const app = openApp(t, root)
  await t.throwsAsync(app.start(), { code: 'ERR_WORK' })
  await t.throwsAsync(app.start(), { code: 'ERR_WORK' })
  t.is(app.stage, 'notStarted')
  const { good } = root as unknown as { good: Quiet }
  t.notThrows(() => good.run(1))
})

test('a work holds no work and no flow, in no field and no list', (t) => {
  for (const held of [() => new Quiet(), () => flowWith(() => {}), () => [new Quiet()], () => ({ a: new Quiet() })]) {
    class Holding extends Work {
      held: unknown = held()
      run(): void {}
    }
    throwsCode(t, 'ERR_WORK', () => new Holding())
  }
})

test('a list of works and of something else is refused', (t) => {
  throwsCode(t, 'ERR_WORK', () => flowWith(() => {}, { mixed: [new Quiet(), 1] }))
})

class Custom {
  a = 1
}
const circular: Record<string, unknown> = {}
circular['self'] = circular
const culprits: Record<string, [value: unknown, path: string]> = {
  'a function': [() => {}, 'field'],
  'a symbol': [Symbol('x'), 'field'],
  'a class instance': [new Custom(), 'field'],
  'a promise': [Promise.resolve(), 'field'],
  'a weak map': [new WeakMap(), 'field'],
  'a function in a list in a record': [{ list: [1, () => {}] }, 'field.list[1]'],
  'a circle': [circular, 'field.self'],
  'an instance in a map': [new Map([['key', new Custom()]]), 'field'],
}

for (const [name, [value, path]] of Object.entries(culprits)) {
  test(`a field that is ${name} is refused, with its path`, (t) => {
    for (const Base of [Work, Flow]) {
      class Holding extends (Base as unknown as new () => { field?: unknown }) {
        override field: unknown = null
        run(): void {}
      }
      const holding = new Holding()
      const error = t.throws(() => (holding.field = value), { instanceOf: EngramError })
      t.is(error?.code, 'ERR_WORK')
      t.true(error?.message.includes(`Holding.${path}`), error?.message)
      t.is(holding.field, null)
    }
  })
}

test('what is put into a field that is state already is refused, too, and is not in it', (t) => {
  class Holding extends Flow {
    record: Record<string, unknown> = { list: [] as unknown[] }
    of = new Map<string, unknown>()
    all = new Set<unknown>()
    run(): void {}
  }
  const holding = new Holding()
  throwsCode(t, 'ERR_WORK', () => (holding.record['a'] = () => {}))
  throwsCode(t, 'ERR_WORK', () => (holding.record['list'] as unknown[]).push(new Custom()))
  throwsCode(t, 'ERR_WORK', () => holding.of.set('a', Symbol('x')))
  throwsCode(t, 'ERR_WORK', () => holding.all.add(() => {}))
  throwsCode(t, 'ERR_WORK', () => (holding.record['self'] = holding.record))
  t.deepEqual([holding.record, holding.of.size, holding.all.size], [{ list: [] }, 0, 0])
})

test('a field whose name begins with _ may be anything', (t) => {
  class Holding extends Flow {
    _anything: unknown = () => {}
    run(): void {}
  }
  const holding = new Holding()
  holding._anything = new Custom()
  t.deepEqual(Object.keys(new App(holding).state), [])
})

test('a component stays in its place: it is not replaced, not deleted, and not put elsewhere', (t) => {
  const flow = flowWith(() => {}, { work: new Quiet(), list: [new Quiet()] }) as unknown as Record<string, unknown>
  throwsCode(t, 'ERR_WORK', () => (flow['work'] = new Quiet()))
  throwsCode(t, 'ERR_WORK', () => (flow['work'] = 5))
  throwsCode(t, 'ERR_WORK', () => delete flow['work'])
  throwsCode(t, 'ERR_WORK', () => (flow['list'] = []))
  throwsCode(t, 'ERR_WORK', () => flowWith(() => {}, { stolen: flow['work'] }))
  const { work } = flow
  t.notThrows(() => (flow['work'] = work))
})

test('a flow in itself is refused', (t) => {
  const flow = flowWith(() => {}) as unknown as Record<string, unknown>
  throwsCode(t, 'ERR_WORK', () => (flow['self'] = flow))
})

test('options of works are checked', (t) => {
  const wrong: unknown[] = [
    { cacheCalls: 'yes' },
    { parallel: 1 },
    { raiseException: 'no' },
    { strategy: 'hash' },
    { version: '' },
    { memory: {} },
    { thread: './file.ts' },
    { threadExport: 5 },
    { retry: -1 },
    { timeout: 'soon' },
    { cachecalls: true },
    5,
  ]
  for (const options of wrong) throwsCode(t, 'ERR_INVALID_OPTION', () => new Quiet(options as WorkOptions))
})

test('arguments that have no key are refused where calls are remembered, and taken where they are not', async (t) => {
  const fn = (): void => {}
  const unhashable = { promise: Promise.resolve(), fn }
  throwsCode(t, 'ERR_UNHASHABLE', () => new Quiet().run(unhashable))
  t.notThrows(() => new Quiet({ cacheCalls: false }).run(unhashable))
  const error = await failureOf(
    t,
    flowWith((flow) => flow.work.run(unhashable), { work: new Quiet() }),
  )
  t.like(error, { code: 'ERR_UNHASHABLE' })
})

test('a strategy that throws, or gives no string, fails the call', (t) => {
  const throwing = new Quiet({
    strategy: () => {
      throw new Error('no')
    },
  })
  throwsCode(t, 'ERR_INVALID_OPTION', () => throwing.run())
  throwsCode(t, 'ERR_INVALID_OPTION', () => new Quiet({ strategy: (() => 5) as never }).run())
})
