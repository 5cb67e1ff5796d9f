// Works, alone and in an app: what they remember, what they say of themselves, and how their calls end.
// oxlint-disable no-underscore-dangle -- such a field of a component is no state
import test from 'ava'
import { Flow, NonRecoverableError, Work, type WorkOptions } from '../../index.ts'
import { Gate, failureOf, openApp, pause, runApp } from '../kit/apps.ts'
import { within } from '../kit/deadline.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory } from '../kit/temporary-store.ts'

class Counted extends Work {
  ran = 0
  async run(value = 0): Promise<number> {
    this.ran++
    await pause()
    return value * 2
  }
}

class Once<W extends Work> extends Flow {
  work: W
  readonly _calls: (flow: Once<W>) => void
  constructor(work: W, calls: (flow: Once<W>) => void) {
    super()
    this.work = work
    this._calls = calls
  }
  run(): void {
    this._calls(this)
  }
}

const once = <W extends Work>(work: W, calls: (flow: Once<W>) => void): Once<W> => new Once(work, calls)
const stages = ({ statuses }: Work): string[] => statuses.map(({ stage }) => stage)

test('a work alone says what it did last, and gives what it gave', async (t) => {
  const work = new Counted()
  t.deepEqual(stages(work), ['notStarted'])
  t.false(work.hasStarted)
  const pending = work.run(3)
  t.true(work.isRunning && work.hasStarted)
  t.is(await pending, 6)
  t.true(work.hasSucceeded)
  t.is(work.lastResult, 6)
  t.is(work.numSuccesses, 1)
  t.deepEqual(stages(work), ['notStarted', 'running', 'succeeded'])
})

test('a remembered call of a work alone succeeds, with the result that it had', async (t) => {
  const work = new Counted()
  t.is(await work.run(1), 2)
  t.is(await work.run(2), 4)
  t.is(await work.run(1), 2)
  t.is(work.ran, 2)
  t.is(work.lastResult, 2)
  t.is(work.status.reason, 'cached')
})

test('equal calls of a work alone that are under way are one', async (t) => {
  const work = new Counted()
  t.deepEqual(await Promise.all([work.run(1), work.run(1), work.run(2)]), [2, 2, 4])
  t.is(work.ran, 2)
})

test('a parallel work alone queues its calls and runs them in order, one at a time', async (t) => {
  const lines: string[] = []
  class Queued extends Work {
    async run(value: number): Promise<void> {
      lines.push(`begin ${value}`)
      await pause()
      lines.push(`end ${value}`)
    }
  }
  const work = new Queued({ parallel: true })
  for (const value of [1, 2, 3]) t.is(work.run(value) as unknown, undefined)
  t.true(work.isPending)
  while (work.numSuccesses < 3) await pause()
  t.deepEqual(lines, ['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3'])
})

test('a call that failed is made again when it is asked for again', async (t) => {
  let attempts = 0
  class Flaky extends Work {
    async run(): Promise<string> {
      if (++attempts < 3) throw new RangeError('not yet')
      return 'done'
    }
  }
  const work = new Flaky()
  await t.throwsAsync(work.run(), { instanceOf: RangeError })
  t.true(work.hasFailed)
  t.is(work.status.reason, 'exception')
  await t.throwsAsync(work.run(), { instanceOf: RangeError })
  t.is(await work.run(), 'done')
  t.is(await work.run(), 'done')
  t.is(attempts, 3)
})

for (const isInApp of [false, true]) {
  const where = isInApp ? 'in an app' : 'alone'
  const made = async (t: Parameters<typeof runApp>[0], work: Work): Promise<void> => {
    if (isInApp)
      await runApp(
        t,
        once(work, (flow) => flow.work.run()),
      )
    else await work.run()
  }

  test(`retry repeats what threw, ${where}`, async (t) => {
    let attempts = 0
    class Flaky extends Work {
      async run(): Promise<number> {
        if (++attempts < 3) throw new Error('not yet')
        return attempts
      }
    }
    const work = new Flaky({ retry: { count: 5, backoff: { base: 1 } } })
    await made(t, work)
    t.is(work.lastResult, 3)
    t.is(work.numSuccesses, 1)
  })

  test(`retry does not repeat what is not to be repeated, ${where}`, async (t) => {
    let attempts = 0
    class Hopeless extends Work {
      async run(): Promise<void> {
        attempts++
        throw new NonRecoverableError('no use')
      }
    }
    await t.throwsAsync(made(t, new Hopeless({ retry: { count: 5, backoff: { base: 1 } } })), {
      instanceOf: NonRecoverableError,
    })
    t.is(attempts, 1)
  })

  test(`a call that takes too long fails, and its signal is aborted, ${where}`, async (t) => {
    const signals: AbortSignal[] = []
    class Slow extends Work {
      async run(): Promise<void> {
        signals.push(this.signal)
        await new Promise(() => {})
      }
    }
    const work = new Slow({ timeout: 20 })
    await t.throwsAsync(made(t, work), { code: 'ERR_TIMEOUT' })
    t.true(work.hasFailed && work.hasTimeout)
    t.is(work.status.reason, 'timeout')
    t.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true],
    )
  })

  test(`hooks: before the first call, after each that threw, and at the end, ${where}`, async (t) => {
    const lines: string[] = []
    class Hooked extends Work {
      override onStart(): void {
        lines.push('start')
      }
      override onException(error: Error): void {
        lines.push(`exception ${error.message}`)
      }
      override onExit(): void {
        lines.push('exit')
      }
      async run(value: number): Promise<void> {
        lines.push(`run ${value}`)
        await pause()
        if (value === 2) throw new Error('two')
      }
    }
    const work = new Hooked({ raiseException: false, parallel: isInApp })
    if (isInApp) {
      const root = once(work, (flow) => {
        if (flow.work.hasFailed) flow.stop()
        for (const value of [1, 2]) flow.work.run(value)
      })
      await runApp(t, root)
    } else {
      await work.run(1)
      await t.throwsAsync(work.run(2))
      await work.stop()
    }
    t.deepEqual(lines, ['start', 'run 1', 'run 2', 'exception two', 'exit'])
  })

  test(`stop aborts what runs, drops what waits, and waits for the end, ${where}`, async (t) => {
    const lines: string[] = []
    class Long extends Work {
      async run(value: number): Promise<void> {
        lines.push(`begin ${value}`)
        await new Promise((resolve) => this.signal.addEventListener('abort', resolve, { once: true }))
        lines.push(`end ${value}`)
      }
    }
    const work = new Long({ parallel: true })
    const calls = (): void => [1, 2, 3].forEach((value) => void work.run(value))
    const app = isInApp ? openApp(t, once(work, calls)) : undefined
    const ended = app?.start()
    if (!isInApp) calls()
    while (lines.length === 0) await pause()
    await within('stop', work.stop())
    t.deepEqual(lines, ['begin 1', 'end 1'])
    t.true(work.hasStopped)
    await ended
  })
}

test('a store is kept over works, and shared by places of one class', async (t) => {
  const memory = openMemory(t)
  let ran = 0
  class Stored extends Work {
    async run(value: number): Promise<number> {
      return value + ++ran
    }
  }
  const options: WorkOptions = { cacheCalls: 'store', memory }
  t.is(await new Stored(options).run(10), 11)
  const other = new Stored(options)
  t.is(await other.run(10), 11)
  t.is(other.lastResult, 11)
  t.is(await new Stored({ ...options, version: '2' }).run(10), 12)
})

test('a strategy that is a function says what tells calls apart; what it does not tell is not remembered', async (t) => {
  let ran = 0
  class Chosen extends Work {
    async run(_row: { id: number; seenAt: number }): Promise<number> {
      return ++ran
    }
  }
  const byId = new Chosen({ strategy: ({ args }) => `${(args[0] as { id: number }).id}` })
  t.deepEqual([await byId.run({ id: 1, seenAt: 1 }), await byId.run({ id: 1, seenAt: 2 })], [1, 1])
  const never = new Chosen({ strategy: () => null })
  t.deepEqual([await never.run({ id: 1, seenAt: 1 }), await never.run({ id: 1, seenAt: 1 })], [2, 3])
})

test('calls are listed with the newest first, and statuses are bounded', async (t) => {
  const work = new Counted({ parallel: true })
  await runApp(
    t,
    once(work, (flow) => {
      for (let value = 0; value < 150; value++) flow.work.run(value)
    }),
  )
  t.is(work.ran, 150)
  t.is(work.numSuccesses, 150)
  t.is(work.calls.length, 100)
  t.true(work.calls[0]!.startedAt >= work.calls.at(-1)!.startedAt)
  t.true(work.calls.every(({ state, name }) => state === 'ran' && name === 'root.work'))
  t.true(work.statuses.length <= 100)
})

test('a failure fails the app, unless the work does not raise', async (t) => {
  class Failing extends Work {
    async run(): Promise<void> {
      throw new RangeError('no')
    }
  }
  const error = await failureOf(
    t,
    once(new Failing(), (flow) => flow.work.run()),
  )
  t.true(error instanceof RangeError)
  const quiet = new Failing({ raiseException: false })
  const app = await runApp(
    t,
    once(quiet, (flow) => (flow.work.hasFailed ? flow.stop() : flow.work.run())),
  )
  t.is(app.stage, 'stopped')
  t.true(quiet.hasFailed)
})

test('a serial call that is not done ends the pass, and gives its result once it is', async (t) => {
  const seen: unknown[] = []
  const work = new Counted()
  await runApp(
    t,
    once(work, (flow) => {
      seen.push('before')
      const result: unknown = flow.work.run(21)
      seen.push(result)
    }),
  )
  t.deepEqual(seen.slice(0, 1), ['before'])
  t.deepEqual([...new Set(seen)], ['before', 42])
  t.is(work.ran, 1)
})

test('calls of several works run side by side, those of one after the other', async (t) => {
  const gate = new Gate()
  let [underWay, most] = [0, 0]
  class Long extends Work {
    async run(_value: number): Promise<void> {
      most = Math.max(most, ++underWay)
      if (underWay === 2) gate.open()
      await gate.opened
      underWay--
    }
  }
  class Two extends Flow {
    a = new Long({ parallel: true })
    b = new Long({ parallel: true })
    run(): void {
      for (const value of [1, 2]) {
        this.a.run(value)
        this.b.run(value)
      }
    }
  }
  const app = await runApp(t, new Two())
  t.is(most, 2)
  t.deepEqual([app.root.a.numSuccesses, app.root.b.numSuccesses], [2, 2])
})

test('displayName can be set before the app runs, and not while it does', async (t) => {
  const work = new Counted()
  work.displayName = 'counts'
  t.is(work.displayName, 'counts')
  await runApp(
    t,
    once(work, (flow) => {
      throwsCode(t, 'ERR_WORK', () => (flow.work.displayName = 'other'))
      flow.work.run(1)
    }),
  )
  t.is(work.displayName, 'counts')
})

test('the signal of a work that does nothing is not aborted', (t) => {
  class Seen extends Work {
    get seen(): AbortSignal {
      return this.signal
    }
    run(): void {}
  }
  t.false(new Seen().seen.aborted)
})
