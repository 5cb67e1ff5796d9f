// What Lightning's own tests of apps and flows assert, under their names: tests_app/core/test_lightning_app.py and
// test_lightning_flow.py, structures/test_structures.py.
import test from 'ava'
import { App, Flow, Work } from '../../index.ts'
import { Gate, failureOf, openApp, pause, runApp } from '../kit/apps.ts'
import { eventually, within } from '../kit/deadline.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory } from '../kit/temporary-store.ts'

class Counter extends Work {
  counter = 0
  run(..._args: unknown[]): void {
    this.counter++
  }
}

test('test_lightning_app_simple_app', async (t) => {
  class Simple extends Flow {
    cached = new Counter()
    uncached = new Counter({ cacheCalls: false, parallel: true })
    run(): void {
      this.cached.run()
      this.uncached.run()
      if (this.uncached.counter >= 3) this.stop()
    }
  }
  const app = openApp(t, new Simple())
  const { cached, uncached } = app.state
  t.deepEqual([cached.counter, cached.status.stage, uncached.counter], [0, 'notStarted', 0])
  await within('the end', app.start())
  t.is(app.state.cached.counter, 1)
  t.true(app.state.uncached.counter >= 3)
})

test('test_nested_component', async (t) => {
  class C extends Flow {
    work = new Counter()
    run(): void {
      this.work.run()
    }
  }
  class B extends Flow {
    c = new C()
    run(): void {
      this.c.run()
    }
  }
  class A extends Flow {
    b = new B()
    run(): void {
      this.b.run()
    }
  }
  const app = await runApp(t, new A())
  t.is(app.state.b.c.work.counter, 1)
  t.is(app.root.b.c.work.calls[0]!.name, 'root.b.c.work')
})

test('test_setattr_multiprocessing', async (t) => {
  const gate = new Gate()
  class Setting extends Work {
    counter = 0
    async run(): Promise<void> {
      this.counter = 1
      await gate.opened
    }
  }
  class Watching extends Flow {
    work = new Setting({ parallel: true })
    run(): void {
      this.work.run()
      if (this.work.counter === 1) {
        t.true(this.work.isRunning || this.work.hasSucceeded)
        gate.open()
      }
    }
  }
  await runApp(t, new Watching())
  t.true(gate.opened instanceof Promise)
})

test('test_maybe_apply_changes_from_flow', async (t) => {
  let passes = 0
  class Changing extends Flow {
    counter = 0
    run(): void {
      passes++
      if (this.counter < 1) this.counter = 1
    }
  }
  await runApp(t, new Changing())
  t.is(passes, 2)
})

for (const [cacheCalls, isSame, expected] of [
  [true, true, 1],
  [true, false, 3],
] as const) {
  test(`test_state_wait_for_all_all_works[${cacheCalls}-${isSame}]`, async (t) => {
    class Calling extends Flow {
      work = new Counter({ cacheCalls })
      run(): void {
        for (let value = 0; value < 3; value++) this.work.run(isSame ? 0 : value)
      }
    }
    const app = await runApp(t, new Calling())
    t.is(app.root.work.numSuccesses, expected)
  })
}

test('test_lightning_app_checkpointing_with_nested_flows', async (t) => {
  const memory = openMemory(t)
  class Inner extends Flow {
    work = new Counter()
    count = 0
    run(): void {
      this.work.run()
      this.count = 5
    }
  }
  class Outer extends Flow {
    inner = new Inner()
    run(): void {
      this.schedule('0 0 1 1 *')
      this.inner.run()
    }
  }
  const app = openApp(t, new Outer(), { memory })
  const ended = app.start()
  await eventually('it rests', () => app.stage === 'blocking' && app.root.inner.count === 5)
  await app.checkpoint()
  await app.stop()
  await ended
  const fresh = openApp(t, new Outer(), { memory })
  await fresh.restore()
  t.deepEqual([fresh.state.inner.count, fresh.state.inner.work.counter], [5, 1])
})

test('test_load_state_dict_from_checkpoint_dir', async (t) => {
  const app = openApp(t, new App(new Counter()).root)
  await t.throwsAsync(app.restore(), { code: 'ERR_NOT_FOUND' })
  await t.throwsAsync(app.restore('no such version'), { code: 'ERR_NOT_FOUND' })
})

test('test_protected_attributes_not_in_state', (t) => {
  class Protected extends Flow {
    _hidden = 1
    shown = 2
    run(): void {}
  }
  t.deepEqual(new App(new Protected()).state as object, { shown: 2 })
})

test('test_lightning_stop', async (t) => {
  class Stopping extends Flow {
    work = new Counter()
    run(): void {
      this.work.run()
      if (this.work.hasSucceeded) this.stop()
    }
  }
  t.is((await runApp(t, new Stopping())).stage, 'stopped')
})

test('test_non_updated_flow', async (t) => {
  let passes = 0
  const gate = new Gate()
  class Waiting extends Work {
    async run(): Promise<void> {
      await gate.opened
    }
  }
  class Still extends Flow {
    work = new Waiting({ parallel: true })
    run(): void {
      passes++
      this.work.run()
    }
  }
  const app = openApp(t, new Still())
  const ended = app.start()
  await eventually('it rests', () => app.stage === 'blocking')
  const before = passes
  await pause(50)
  t.is(passes, before)
  gate.open()
  await within('the end', ended)
})

test('test_error_queue_check', async (t) => {
  class Failing extends Work {
    run(): void {
      throw new RangeError('Custom Exception')
    }
  }
  class Calling extends Flow {
    work = new Failing()
    run(): void {
      this.work.run()
    }
  }
  t.like(await failureOf(t, new Calling()), { name: 'RangeError', message: 'Custom Exception' })
})

test('test_empty_component', (t) => {
  class Empty extends Flow {
    run(): void {}
  }
  t.deepEqual(new App(new Empty()).state as object, {})
})

test('test_unsupported_attribute_types', (t) => {
  class Other {}
  for (const value of [new Other(), () => {}, Symbol('x')]) {
    class Holding extends Flow {
      x: unknown = value
      run(): void {}
    }
    throwsCode(t, 'ERR_WORK', () => new Holding())
  }
})

for (const [name, value, next] of [
  ['int', 1, 2],
  ['float', 1.5, 2.5],
  ['bool', true, false],
  ['str', 'a', 'b'],
  ['dict', { a: 1 }, { a: 2 }],
  ['list', [1], [2]],
] as const) {
  test(`test_attribute_state_change[${name}]`, async (t) => {
    class Changing extends Flow {
      x: unknown = value
      seen = 0
      run(): void {
        if (this.seen === 0) this.x = next
        if (Object.keys(this.changes).some((path) => path.startsWith('x'))) this.stop()
        this.seen++
      }
    }
    const app = await runApp(t, new Changing())
    t.deepEqual(app.state.x, next)
    t.is(app.state.seen, 1)
  })
}

test('test_inplace_attribute_state_change', async (t) => {
  const paths: string[] = []
  class InPlace extends Flow {
    x = { nested: { list: [1, 2] } }
    counts = new Map([['a', 1]])
    run(): void {
      paths.push(...Object.keys(this.changes))
      if (paths.length > 0) return
      this.x.nested.list[0] = 5
      this.counts.set('a', 2)
    }
  }
  const app = await runApp(t, new InPlace())
  t.true(paths.some((path) => path.startsWith('x.nested.list')))
  t.true(paths.some((path) => path.startsWith('counts')))
  t.deepEqual(app.state.x, { nested: { list: [5, 2] } })
})

test('test_populate_changes', async (t) => {
  const seen: unknown[] = []
  class Populating extends Flow {
    counter = 0
    run(): void {
      seen.push(this.changes)
      if (this.counter < 1) this.counter++
    }
  }
  await runApp(t, new Populating())
  t.deepEqual(seen, [{}, { counter: { from: 0, to: 1 } }])
})

test('test_flow_iterate_method', async (t) => {
  class Looping extends Flow {
    run(): void {
      void this.iterate(5 as never)
    }
  }
  t.like(await failureOf(t, new Looping()), { code: 'ERR_WORK' })
})

test('test_scheduling_api', async (t) => {
  let answers: boolean[] = []
  class Scheduling extends Flow {
    run(): void {
      answers = ['midnight', 'hourly', '@hourly', 'daily', 'weekly', 'monthly', 'yearly', 'annually'].map((cron) =>
        this.schedule(cron, { key: cron }),
      )
      this.stop()
    }
  }
  await runApp(t, new Scheduling())
  t.deepEqual(
    answers,
    Array.from({ length: 8 }, () => true),
  )
})

test('test_structures: lists and dicts have state, names, and go on', async (t) => {
  class Structures extends Flow {
    list = [new Counter(), new Counter()]
    dict = { a: new Counter() }
    run(): void {
      for (const work of this.iterate(this.list)) work.run()
      for (const work of Object.values(this.dict)) work.run()
    }
  }
  const app = await runApp(t, new Structures())
  t.deepEqual(
    app.state.list.map(({ counter }) => counter),
    [1, 1],
  )
  t.is(app.state.dict.a.counter, 1)
  t.deepEqual([app.root.list[1]!.displayName, app.root.dict.a.displayName], ['list[1]', 'dict.a'])
})
