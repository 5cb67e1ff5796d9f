// What goes wrong while apps run, each with its outcome.
// oxlint-disable no-underscore-dangle -- such a field of a component is no state
import test from 'ava'
import { type App, Flow, Work } from '../../index.ts'
import { failureOf, openApp, pause, runApp } from '../kit/apps.ts'
import { eventually, within } from '../kit/deadline.ts'
import { StoppedClock } from '../kit/stopped-clock.ts'
import { collectWarnings } from '../kit/warnings.ts'

const rests = (app: App<any>): Promise<void> => eventually('the app rests', () => app.stage === 'blocking')

class Endless extends Work {
  async run(): Promise<void> {
    await new Promise(() => {})
  }
}

for (const parallel of [false, true]) {
  test(`a work that never ends does not keep its app from ending: parallel ${parallel}`, async (t) => {
    class Waiting extends Flow {
      endless = new Endless({ parallel })
      run(): void {
        this.endless.run()
      }
    }
    const app = openApp(t, new Waiting())
    const ended = app.start()
    await rests(app)
    await within('stop', app.stop())
    await within('the end', ended)
    t.is(app.stage, 'stopped')
    t.true(app.root.endless.hasStopped)
  })
}

test('a work that never ends is stopped by itself, and its app goes on', async (t) => {
  class Waiting extends Flow {
    endless = new Endless({ parallel: true })
    run(): void {
      this.schedule('0 0 1 1 *')
      this.endless.run()
    }
  }
  const app = openApp(t, new Waiting())
  const ended = app.start()
  await rests(app)
  await within('stop', app.root.endless.stop())
  t.true(app.root.endless.hasStopped)
  t.not(app.stage, 'stopped')
  await app.stop()
  await ended
})

test('a call that is neither remembered nor parallel is made again and again, and the app can be stopped from outside', async (t) => {
  let [ran, after] = [0, 0]
  class Again extends Work {
    run(): void {
      ran++
    }
  }
  class Blocking extends Flow {
    work = new Again({ cacheCalls: false })
    run(): void {
      this.work.run()
      after++
    }
  }
  const app = openApp(t, new Blocking())
  const ended = app.start()
  await eventually('runs', () => ran > 5)
  await within('stop', app.stop())
  await ended
  t.is(after, 0)
})

for (const hook of ['onException', 'onExit'] as const) {
  test(`what ${hook} throws is a warning, and nothing else`, async (t) => {
    const warnings = collectWarnings()
    class Hooked extends Work {
      async run(): Promise<void> {
        if (hook === 'onException') throw new RangeError('the real one')
      }
      override onException(): void {
        if (hook === 'onException') throw new Error('from the hook')
      }
      override onExit(): void {
        if (hook === 'onExit') throw new Error('from the hook')
      }
    }
    class One extends Flow {
      work = new Hooked()
      run(): void {
        this.work.run()
      }
    }
    if (hook === 'onException') t.true((await failureOf(t, new One())) instanceof RangeError)
    else await runApp(t, new One())
    t.deepEqual(warnings.codes(), ['ERR_WORK'])
  })
}

test('what onStart throws fails the call', async (t) => {
  class Hooked extends Work {
    override onStart(): void {
      throw new RangeError('not today')
    }
    async run(): Promise<void> {}
  }
  class One extends Flow {
    work = new Hooked()
    run(): void {
      this.work.run()
    }
  }
  t.true((await failureOf(t, new One())) instanceof RangeError)
})

test('what is thrown that is no error fails the app as it is', async (t) => {
  for (const thrown of ['text', null, undefined, 5]) {
    class Odd extends Work {
      async run(): Promise<void> {
        throw thrown
      }
    }
    class One extends Flow {
      work = new Odd()
      run(): void {
        this.work.run()
      }
    }
    const app = openApp(t, new One())
    const outcome = await app.start().then(
      () => 'it did not fail',
      (error: unknown) => error,
    )
    t.is(outcome, thrown)
    t.is(app.stage, 'failed')
  }
})

test('thousands of calls queue, and each is made once', async (t) => {
  const seen = new Set<number>()
  let ran = 0
  class Small extends Work {
    async run(value: number): Promise<void> {
      ran++
      seen.add(value)
    }
  }
  class Many extends Flow {
    work = new Small({ parallel: true })
    run(): void {
      for (let value = 0; value < 3000; value++) this.work.run(value)
    }
  }
  const app = await runApp(t, new Many())
  t.deepEqual([ran, seen.size, app.root.work.numSuccesses], [3000, 3000, 3000])
})

test('thousands of calls that queue are dropped when the app is stopped', async (t) => {
  let ran = 0
  class Slow extends Work {
    async run(_value: number): Promise<void> {
      ran++
      await pause(5)
    }
  }
  class Many extends Flow {
    work = new Slow({ parallel: true })
    run(): void {
      for (let value = 0; value < 3000; value++) this.work.run(value)
    }
  }
  const app = openApp(t, new Many())
  const ended = app.start()
  await eventually('a run', () => ran > 1)
  await within('stop', app.stop())
  await ended
  t.true(ran < 3000)
})

test('a flow that changes its own state for ever is said, with what changes, and can be stopped', async (t) => {
  const warnings = collectWarnings()
  class Restless extends Flow {
    count = 0
    run(): void {
      this.count++
    }
  }
  const app = openApp(t, new Restless())
  const ended = app.start()
  await eventually('passes', () => app.root.count > 2500)
  await within('stop', app.stop())
  await ended
  t.deepEqual(warnings.codes(), ['ERR_WORK'])
  t.true(warnings.messages()[0]!.includes('count'))
})

// ------------------------------------------------------------------------------------------------------------- clocks

class Ticking extends Flow {
  poke = 0
  ticks = 0
  readonly _ask: (flow: Flow) => boolean
  constructor(ask: (flow: Flow) => boolean) {
    super()
    this._ask = ask
  }
  run(): void {
    if (this._ask(this)) this.ticks++
  }
}

async function ticking(
  t: Parameters<typeof openApp>[0],
  ask: (flow: Flow) => boolean,
  at: number,
): Promise<{ ticksAt(now: number): Promise<number>; end(): Promise<void> }> {
  const clock = new StoppedClock(at)
  const app = openApp(t, new Ticking(ask), { clock: clock.read })
  const ended = app.start()
  await rests(app)
  return {
    async ticksAt(now) {
      clock.now = now
      app.root.poke++
      await pause()
      await rests(app)
      return app.root.ticks
    },
    async end() {
      await app.stop()
      await ended
    },
  }
}

test('a clock that jumps back repeats no tick that it gave, and waits for none for long', async (t) => {
  const hour = 3_600_000
  const at = Date.UTC(2026, 0, 1, 12)
  const app = await ticking(t, (flow) => flow.schedule('0 * * * *', { timezone: 'UTC' }), at)
  t.is(await app.ticksAt(at), 1)
  t.is(await app.ticksAt(at + hour), 2)
  t.is(await app.ticksAt(at + hour - 1000), 2)
  t.is(await app.ticksAt(at + hour), 2)
  t.is(await app.ticksAt(at + 2 * hour), 3)
  // Set back by a day: hours tick again.
  t.is(await app.ticksAt(at - 24 * hour), 3)
  t.is(await app.ticksAt(at - 23 * hour), 4)
  await app.end()
})

test('an interval whose clock jumps back begins anew', async (t) => {
  const at = Date.UTC(2026, 0, 1)
  const app = await ticking(t, (flow) => flow.every('1h'), at)
  t.is(await app.ticksAt(at - 1e9), 1)
  t.is(await app.ticksAt(at - 1e9 + 3_600_000), 2)
  await app.end()
})

test('a day with daylight saving has one tick at a fixed time', async (t) => {
  const timezone = 'Europe/Berlin'
  const at = Date.UTC(2026, 2, 28, 12)
  const app = await ticking(t, (flow) => flow.schedule('30 2 * * *', { timezone }), at)
  t.is(await app.ticksAt(at), 1)
  // 29 March 2026: 02:30 is not there.
  t.is(await app.ticksAt(Date.UTC(2026, 2, 29, 6)), 2)
  t.is(await app.ticksAt(Date.UTC(2026, 2, 29, 12)), 2)
  // 25 October 2026: 02:30 is there twice.
  t.is(await app.ticksAt(Date.UTC(2026, 9, 24, 12)), 3)
  t.is(await app.ticksAt(Date.UTC(2026, 9, 25, 0, 45)), 4)
  t.is(await app.ticksAt(Date.UTC(2026, 9, 25, 1, 45)), 4)
  await app.end()
})

test('an app that waits for a tick alone that never comes is over', async (t) => {
  const app = await runApp(t, new Ticking((flow) => flow.schedule('0 0 30 2 *', { timezone: 'UTC' })))
  t.is(app.stage, 'stopped')
  t.is(app.root.ticks, 1)
})

test('a clock that gives no time fails the app', async (t) => {
  for (const read of [() => Number.NaN, () => -5, () => 'now' as never]) {
    const error = await failureOf(t, new Ticking((flow) => flow.schedule('@daily')), { clock: read })
    t.like(error, { code: 'ERR_INVALID_OPTION' })
  }
})

test('what a listener throws does not end the app', async (t) => {
  const uncaught: unknown[] = []
  const hear = (error: unknown): void => void uncaught.push(error)
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', hear)
  try {
    class Small extends Work {
      async run(): Promise<void> {}
    }
    class One extends Flow {
      work = new Small()
      run(): void {
        this.work.run()
      }
    }
    const app = openApp(t, new One())
    app.on('call', () => {
      throw new RangeError('from the listener')
    })
    await within('the end', app.start())
    await eventually('it is told', () => uncaught.length > 0)
    t.true(uncaught.every((error) => error instanceof RangeError))
    t.is(app.stage, 'stopped')
  } finally {
    process.removeListener('uncaughtException', hear)
    for (const listener of others) process.on('uncaughtException', listener)
  }
})

test('a result that cannot be stored fails nothing: it is remembered while the process lives', async (t) => {
  const warnings = collectWarnings()
  let ran = 0
  class Odd extends Work {
    async run(): Promise<() => number> {
      ran++
      return () => 5
    }
  }
  class One extends Flow {
    work = new Odd()
    run(): void {
      this.work.run()
    }
  }
  const app = await runApp(t, new One())
  t.is(ran, 1)
  t.is(app.root.work.lastResult!(), 5)
  t.true(warnings.codes().includes('ERR_UNSERIALIZABLE'))
})
