// What Lightning's own tests of works assert, under their names: tests_app/core/test_lightning_work.py, utilities/test_proxies.py.
// oxlint-disable no-underscore-dangle -- such a field of a component is no state
import test from 'ava'
import { Flow, Work } from '../../index.ts'
import { Gate, failureOf, openApp, pause, runApp } from '../kit/apps.ts'
import { eventually, within } from '../kit/deadline.ts'
import { throwsCode } from '../kit/error-code.ts'

class Empty extends Work {
  run(): void {}
}

class Holder<W extends Work> extends Flow {
  work: W
  readonly _pass: (work: W, flow: Holder<W>) => void
  constructor(work: W, pass: (work: W, flow: Holder<W>) => void) {
    super()
    this.work = work
    this._pass = pass
  }
  run(): void {
    this._pass(this.work, this)
  }
}

test('test_lightning_work_run_method_required', (t) => {
  class Without extends (Work as unknown as new () => { run(): void }) {}
  throwsCode(t, 'ERR_WORK', () => new Without().run())
})

test('test_lightning_work_no_children_allowed', (t) => {
  class Parent extends Work {
    child = new Empty()
    run(): void {}
  }
  throwsCode(t, 'ERR_WORK', () => new Parent())
})

test('test_unsupported_attribute_declaration_outside_init', (t) => {
  const work = new Empty() as unknown as Record<string, unknown>
  throwsCode(t, 'ERR_WORK', () => (work['fn'] = () => {}))
  t.false('fn' in work)
})

test('test_supported_attribute_declaration_outside_init', async (t) => {
  class Late extends Work {
    declare late: number
    override run(): void {
      this.late = 5
    }
  }
  const app = await runApp(t, new Holder(new Late(), (work) => work.run()))
  t.is(app.state.work.late, 5)
})

test('test_supported_attribute_declaration_inside_init', (t) => {
  class Set extends Work {
    declare fromHelper: { list: number[] }
    constructor() {
      super()
      this._prepare()
    }
    _prepare(): void {
      this.fromHelper = { list: [1] }
    }
    run(): void {}
  }
  t.deepEqual(new Set().fromHelper, { list: [1] })
})

test('test_fixing_flows_and_works', (t) => {
  const holder = new Holder(new Empty(), () => {})
  throwsCode(t, 'ERR_WORK', () => (holder.work = new Empty()))
})

for (const raises of [true, false]) {
  for (const isFailing of [true, false]) {
    test(`test_lightning_status[${raises}-${isFailing}]`, async (t) => {
      class Maybe extends Work {
        async run(): Promise<void> {
          await pause()
          if (isFailing) throw new RangeError('on purpose')
        }
      }
      const root = new Holder(new Maybe({ raiseException: raises }), (work, flow) =>
        work.hasFailed ? flow.stop() : work.run(),
      )
      if (raises && isFailing) t.true((await failureOf(t, root)) instanceof RangeError)
      else await runApp(t, root)
      t.deepEqual(
        root.work.statuses.map(({ stage }) => stage),
        ['notStarted', 'running', isFailing ? 'failed' : 'succeeded'],
      )
    })
  }
}

test('test_lightning_work_calls', async (t) => {
  class Called extends Work {
    run(_value?: number): void {}
  }
  const app = await runApp(
    t,
    new Holder(new Called(), (work) => {
      work.run()
      work.run()
      work.run(1)
    }),
  )
  t.is(app.root.work.calls.length, 2)
  t.is(app.root.work.lastResult, undefined)
  t.is(new Set(app.root.work.calls.map(({ key }) => key)).size, 2)
})

for (const cacheCalls of [true, false]) {
  for (const parallel of [true, false]) {
    test(`test_lightning_app_work_start[${cacheCalls}-${parallel}]`, async (t) => {
      const lines: string[] = []
      class Started extends Work {
        override onStart(): void {
          lines.push('start')
        }
        async run(): Promise<void> {
          lines.push('run')
        }
      }
      const app = openApp(t, new Holder(new Started({ cacheCalls, parallel }), (work) => work.run()))
      const ended = app.start()
      await t.throwsAsync(app.start(), { code: 'ERR_WORK' })
      await eventually('it runs', () => lines.length >= 2)
      await within('the end', app.stop())
      await ended
      t.deepEqual(lines.slice(0, 2), ['start', 'run'])
      t.is(lines.filter((line) => line === 'start').length, 1)
      if (cacheCalls) t.is(lines.length, 2)
    })
  }
}

test('test_lightning_work_display_name', async (t) => {
  const work = new Empty()
  work.displayName = 'first'
  await runApp(
    t,
    new Holder(work, (held) => {
      throwsCode(t, 'ERR_WORK', () => (held.displayName = 'second'))
      held.run()
    }),
  )
  t.is(work.displayName, 'first')
})

test('test_lightning_app_with_work', async (t) => {
  class Root extends Work {
    counter = 0
    run(): void {
      this.counter++
    }
  }
  const app = await runApp(t, new Root())
  t.is(app.root.counter, 1)
})

test('test_work_runner[True-True]', async (t) => {
  const stages: string[] = []
  const gate = new Gate()
  class Published extends Work {
    value = 0
    async run(): Promise<string> {
      this.value = 1
      await gate.opened
      return 'given'
    }
  }
  const app = openApp(
    t,
    new Holder(new Published({ parallel: true }), (work) => {
      stages.push(`${work.status.stage} ${work.value} ${work.lastResult ?? '-'}`)
      work.run()
    }),
  )
  const ended = app.start()
  await eventually('the value is seen', () => stages.some((line) => line === 'running 1 -'))
  gate.open()
  await within('the end', ended)
  t.deepEqual(
    stages.filter((line, at) => line !== stages[at - 1]),
    ['notStarted 0 -', 'running 1 -', 'succeeded 1 given'],
  )
})

test('test_proxy_timeout', async (t) => {
  class Slow extends Work {
    async run(): Promise<void> {
      await new Promise(() => {})
    }
  }
  const root = new Holder(new Slow({ timeout: 20, raiseException: false }), (work, flow) =>
    work.hasTimeout ? flow.stop() : work.run(),
  )
  await runApp(t, root)
  t.is(root.work.status.reason, 'timeout')
})

test('test_work_state_observer', async (t) => {
  const changes: string[] = []
  class Setting extends Work {
    same = 1
    list = [1]
    async run(): Promise<void> {
      this.same = 1
      this.list.push(2)
      await pause()
    }
  }
  const app = openApp(t, new Holder(new Setting({ parallel: true }), (work) => work.run()))
  app.on('change', (changed) => changes.push(...Object.keys(changed)))
  await within('the end', app.start())
  t.deepEqual(
    changes.filter((path) => !path.includes('status')),
    ['work.list[1]'],
  )
})
