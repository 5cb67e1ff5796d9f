// Flows: what makes them run again, and what they may ask.
// oxlint-disable no-underscore-dangle -- such a field of a component is no state
import test from 'ava'
import { App, type Changes, Flow, Work } from '../../index.ts'
import { Gate, failureOf, openApp, pause, runApp } from '../kit/apps.ts'
import { eventually, within } from '../kit/deadline.ts'
import { throwsCode } from '../kit/error-code.ts'
import { StoppedClock } from '../kit/stopped-clock.ts'

class Noted extends Work {
  value: unknown = null
  async run(value: unknown): Promise<unknown> {
    await pause()
    this.value = value
    return value
  }
}

/** A flow that does what it is told in each pass. */
class Told extends Flow {
  readonly _run: (flow: this) => void | Promise<void>
  _passes = 0
  constructor(run: (flow: any) => void | Promise<void>) {
    super()
    this._run = run
  }
  run(): void | Promise<void> {
    this._passes++
    return this._run(this)
  }
}

test('a flow whose pass changes nothing, and that waits for nothing, is over', async (t) => {
  const flow = new Told(() => {})
  const app = await runApp(t, flow)
  t.is(flow._passes, 1)
  t.is(app.stage, 'stopped')
})

test('a flow runs again while it changes its state', async (t) => {
  class Counting extends Flow {
    count = 0
    run(): void {
      if (this.count < 5) this.count++
    }
  }
  const app = await runApp(t, new Counting())
  t.is(app.state.count, 5)
})

test('changes says what differs from the last pass, from where to where', async (t) => {
  const seen: Changes[] = []
  class Changing extends Flow {
    count = 0
    nested = { list: [1, 2], of: new Map([['a', 1]]) }
    work = new Noted()
    run(): void {
      seen.push(this.changes)
      if (this.count === 0) {
        this.count = 1
        this.nested.list.push(3)
        this.nested.of.set('a', 2)
      } else this.work.run('x')
    }
  }
  await runApp(t, new Changing())
  t.deepEqual(seen[0], {})
  t.deepEqual(seen[1]!['count'], { from: 0, to: 1 })
  t.true(Object.keys(seen[1]!).some((path) => path.startsWith('nested.list')))
  t.true(Object.keys(seen[1]!).some((path) => path.startsWith('nested.of')))
  t.true(seen.some((changes) => changes['work.value']?.to === 'x'))
})

test('what is set and set back in one pass is no change', async (t) => {
  class Back extends Flow {
    count = 0
    seen: string[] = []
    run(): void {
      if (this.seen.length === 0) this.seen.push('once')
      this.count++
      this.count--
      if (Object.keys(this.changes).length > 0 && this.seen.length === 1) this.seen.push(...Object.keys(this.changes))
      if (this.seen.length > 1) this.stop()
    }
  }
  const app = await runApp(t, new Back())
  t.false(app.state.seen.includes('count'))
})

test('changes of one turn are one pass', async (t) => {
  const gate = new Gate()
  class Many extends Work {
    a = 0
    b = 0
    async run(): Promise<void> {
      await gate.opened
      this.a = 1
      this.b = 1
      await pause(20)
    }
  }
  const seen: [number, number][] = []
  class Watching extends Flow {
    many = new Many({ parallel: true })
    run(): void {
      this.many.run()
      seen.push([this.many.a, this.many.b])
    }
  }
  const app = openApp(t, new Watching())
  const ended = app.start()
  await eventually('it rests', () => app.stage === 'blocking')
  gate.open()
  await within('its end', ended)
  t.true(seen.every(([a, b]) => a === b))
})

test('a schedule is true on the first pass, then once for each tick; ticks that were missed are one', async (t) => {
  const clock = new StoppedClock(Date.UTC(2026, 0, 1))
  const days: number[] = []
  class Daily extends Flow {
    poke = 0
    run(): void {
      if (this.schedule('0 6 * * *', { timezone: 'UTC' })) days.push(new Date(clock.now).getUTCDate())
    }
  }
  const app = openApp(t, new Daily(), { clock: clock.read })
  const ended = app.start()
  const poke = async (): Promise<void> => {
    const before = app.root.poke
    app.root.poke = before + 1
    await eventually('a pass', () => app.stage === 'blocking')
    await pause()
  }
  await poke()
  t.deepEqual(days, [1])
  clock.now = Date.UTC(2026, 0, 1, 6)
  await poke()
  await poke()
  t.deepEqual(days, [1, 1])
  clock.now = Date.UTC(2026, 0, 5, 12)
  await poke()
  await poke()
  t.deepEqual(days, [1, 1, 5])
  await app.stop()
  await ended
})

test('every is true on the first pass, and then once for each interval', async (t) => {
  const times: number[] = []
  const started = performance.now()
  class Often extends Flow {
    run(): void {
      if (this.every(10)) times.push(performance.now() - started)
      if (times.length === 4) this.stop()
    }
  }
  await runApp(t, new Often())
  t.is(times.length, 4)
})

test('two schedules of one expression at two places are two, and a key names one', async (t) => {
  const answers: boolean[] = []
  const flow = new Told((self: Told) => {
    answers.push(self.schedule('@hourly'), self.schedule('@hourly'))
    answers.push(self.schedule('@hourly', { key: 'same' }), self.schedule('@hourly', { key: 'same' }))
    self.stop()
  })
  await runApp(t, flow)
  t.deepEqual(answers, [true, true, true, false])
})

test('an app that waits for a schedule makes no pass between its ticks', async (t) => {
  const flow = new Told((self: Told) => void self.schedule('0 0 1 1 *'))
  const app = openApp(t, flow)
  const ended = app.start()
  await eventually('it rests', () => app.stage === 'blocking')
  await pause(150)
  t.is(flow._passes, 1)
  t.is(app.stage, 'blocking')
  await app.stop()
  await ended
})

for (const runOnce of [true, false]) {
  test(`a loop goes on where it was: runOnce ${runOnce}`, async (t) => {
    const lines: number[] = []
    class Recorded extends Work {
      async run(value: number): Promise<void> {
        await pause()
        lines.push(value)
      }
    }
    class Looping extends Flow {
      work = new Recorded({ cacheCalls: false })
      rounds = 0
      run(): void {
        for (const value of this.iterate([1, 2, 3], { runOnce })) this.work.run(value)
        this.rounds++
        if (this.rounds === 3) this.stop()
      }
    }
    const app = openApp(t, new Looping())
    const ended = app.start()
    await eventually('work', () => lines.length >= 3)
    await pause(50)
    // A call that is never remembered is never done within a pass: its loop stands there until it is stopped.
    await app.stop()
    await ended
    t.deepEqual([...new Set(lines)], [1])
  })

  test(`a loop over remembered calls is done once, or begins again: runOnce ${runOnce}`, async (t) => {
    const lines: number[] = []
    class Recorded extends Work {
      async run(round: number, value: number): Promise<void> {
        await pause()
        lines.push(round * 10 + value)
      }
    }
    class Looping extends Flow {
      work = new Recorded()
      rounds = 0
      run(): void {
        for (const value of this.iterate([1, 2, 3], { runOnce })) this.work.run(this.rounds, value)
        if (++this.rounds === 2) this.stop()
      }
    }
    await runApp(t, new Looping())
    t.deepEqual(lines, runOnce ? [1, 2, 3] : [1, 2, 3, 11, 12, 13])
  })
}

test('what cannot be iterated is refused', async (t) => {
  const error = await failureOf(t, new Told((flow: Told) => void flow.iterate(3 as never)))
  t.like(error, { code: 'ERR_WORK' })
})

test('what is asked of a flow outside of an app is refused', (t) => {
  const flow = new Told(() => {})
  for (const ask of [
    () => flow.schedule('@daily'),
    () => flow.every(10),
    () => flow.iterate([]),
    () => flow.changes,
    () => flow.stop(),
    () => flow.fail(),
  ])
    throwsCode(t, 'ERR_WORK', ask)
})

test('options of schedules and loops are checked', async (t) => {
  await runApp(
    t,
    new Told((flow: Told) => {
      for (const ask of [
        () => flow.schedule('nonsense'),
        () => flow.schedule('@daily', { timezone: 'Nowhere/At all' }),
        () => flow.schedule('@daily', { keys: 'x' } as never),
        () => flow.every(0),
        () => flow.every('soon' as never),
        () => flow.iterate([], { runonce: true } as never),
      ])
        throwsCode(t, 'ERR_INVALID_OPTION', ask)
    }),
  )
})

test('fail fails the app, stop ends it in order, also where user code catches what they throw', async (t) => {
  const failed = await failureOf(t, new Told((flow: Told) => flow.fail('broken')))
  t.like(failed, { code: 'ERR_WORK', message: 'broken' })
  const swallowing = new Told((flow: Told) => {
    try {
      flow.stop()
    } catch {
      // as user code may
    }
  })
  const app = await runApp(t, swallowing)
  t.is(app.stage, 'stopped')
  t.is(swallowing._passes, 1)
})

test('user code that catches the end of a pass does not stop it: the pass ends at the next call', async (t) => {
  const lines: string[] = []
  class Two extends Flow {
    a = new Noted()
    b = new Noted()
    run(): void {
      try {
        this.a.run('a')
      } catch {
        lines.push('caught')
      }
      this.b.run(this.a.value)
      lines.push(`after ${String(this.b.value)}`)
    }
  }
  await runApp(t, new Two())
  t.deepEqual([...new Set(lines)], ['caught', 'after a'])
  t.is(lines.indexOf('after a'), lines.lastIndexOf('caught') + 1)
})

test('what a flow throws fails its app', async (t) => {
  const error = await failureOf(
    t,
    new Told(() => {
      throw new RangeError('mine')
    }),
  )
  t.true(error instanceof RangeError)
})

// --------------------------------------------------------------------------------------------------- flows in flows

class Inner extends Flow {
  work = new Noted()
  done = false
  run(value: string): void {
    this.work.run(value)
    this.done = true
  }
}

test('a flow in a flow: a call in it that is not done ends the whole pass', async (t) => {
  const lines: string[] = []
  class Outer extends Flow {
    inner = new Inner()
    override run(): void {
      this.inner.run('x')
      lines.push(`after: ${String(this.inner.work.value)} ${this.inner.done}`)
    }
  }
  const app = await runApp(t, new Outer())
  t.deepEqual([...new Set(lines)], ['after: x true'])
  t.is(app.state.inner.work.value, 'x')
})

test('an async flow in an async flow', async (t) => {
  class AsyncInner extends Flow {
    work = new Noted()
    async run(): Promise<void> {
      await pause()
      this.work.run('deep')
    }
  }
  class Outer extends Flow {
    inner = new AsyncInner()
    seen: unknown = null
    async run(): Promise<void> {
      await this.inner.run()
      await pause()
      this.seen = this.inner.work.value
    }
  }
  const app = await runApp(t, new Outer())
  t.is(app.state.seen, 'deep')
})

test('an async flow that nobody awaits is waited for, and its failure is heard', async (t) => {
  class AsyncInner extends Flow {
    async run(): Promise<void> {
      await pause(10)
      throw new RangeError('inner')
    }
  }
  class Outer extends Flow {
    inner = new AsyncInner()
    run(): void {
      void this.inner.run()
    }
  }
  t.true((await failureOf(t, new Outer())) instanceof RangeError)
})

// ------------------------------------------------------------------------------------------------------- structures

test('works in lists and records have places of their own', async (t) => {
  class Holding extends Flow {
    list = [new Noted(), new Noted()]
    record = { a: new Noted(), b: new Noted() }
    run(): void {
      for (const [at, work] of this.list.entries()) work.run(at)
      for (const [name, work] of Object.entries(this.record)) work.run(name)
    }
  }
  const app = await runApp(t, new Holding())
  t.deepEqual(
    app.state.list.map(({ value }) => value),
    [0, 1],
  )
  t.is(app.state.record.a.value, 'a')
  t.deepEqual(
    app.root.list.map(({ calls }) => calls[0]!.name),
    ['root.list[0]', 'root.list[1]'],
  )
  t.is(app.root.record.b.calls[0]!.name, 'root.record.b')
})

test('a work that is assigned while the app runs is part of it', async (t) => {
  class Growing extends Flow {
    declare late: Noted
    seen: unknown = null
    run(): void {
      if (!('late' in this)) (this as Growing).late = new Noted()
      this.late.run('late')
      this.seen = this.late.value
    }
  }
  const app = await runApp(t, new Growing())
  t.is(app.state.seen, 'late')
  t.is(app.root.late.calls[0]!.name, 'root.late')
})

// A flow that came late was part of the app, but not what it held: its works made their calls alone.
test('a flow that is assigned while the app runs brings its works', async (t) => {
  class Growing extends Flow {
    declare late: Inner
    run(): void {
      if (!('late' in this)) (this as Growing).late = new Inner()
      this.late.run('x')
    }
  }
  const app = await runApp(t, new Growing())
  t.true(app.root.late.done)
  t.is(app.root.late.work.calls[0]?.name, 'root.late.work')
})

test('a work alone in an app is called once', async (t) => {
  class Single extends Work {
    ran = 0
    async run(): Promise<string> {
      this.ran++
      await pause()
      return 'done'
    }
  }
  const app = await runApp(t, new Single())
  t.is(app.root.ran, 1)
  t.is(app.root.lastResult, 'done')
  t.is(app.state.status.stage, 'succeeded')
})

test('a work has one place', async (t) => {
  const shared = new Noted()
  class Holder extends Flow {
    work: Noted = shared
    run(): void {}
  }
  const first = new Holder()
  throwsCode(t, 'ERR_WORK', () => new Holder())
  throwsCode(t, 'ERR_WORK', () => new App(shared))
  await runApp(t, first)
})
