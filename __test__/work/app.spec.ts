// Apps: stages, events, state, checkpoints, history, and two of one name.
import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { App, type CallRecord, type Changes, Flow, Work } from '../../index.ts'
import { Gate, failureOf, openApp, pause, runApp } from '../kit/apps.ts'
import { eventually, within } from '../kit/deadline.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

class Adding extends Work {
  total = 0
  async run(value: number): Promise<number> {
    await pause()
    this.total += value
    return this.total
  }
}

class Sum extends Flow {
  adding = new Adding()
  wanted = 3
  _hidden = 'no state'
  run(): void {
    for (let value = 1; value <= this.wanted; value++) this.adding.run(value)
  }
}

/** An app that goes on until it is stopped. */
class Lasting extends Flow {
  adding = new Adding({ parallel: true })
  count = 0
  run(): void {
    this.schedule('0 0 1 1 *')
    this.adding.run(this.count)
  }
}

const rests = (app: App<any>): Promise<void> =>
  eventually('the app rests', () => app.stage === 'blocking' && !(app.root.adding as Work).isRunning)

test('stages: not started, running, blocking, stopping, stopped', async (t) => {
  const stages: string[] = []
  class Staged extends Lasting {
    override run(): void {
      stages.push(app.stage)
      super.run()
    }
  }
  const app: App<Staged> = openApp(t, new Staged())
  t.is(app.stage, 'notStarted')
  const ended = app.start()
  await rests(app)
  const stopped = app.stop()
  t.is(app.stage, 'stopping')
  await stopped
  await ended
  t.is(app.stage as string, 'stopped')
  t.deepEqual([...new Set(stages)], ['running'])
})

test('a second start while it runs is refused; after its end it starts anew', async (t) => {
  const app = openApp(t, new Lasting())
  const ended = app.start()
  await t.throwsAsync(app.start(), { code: 'ERR_WORK' })
  await rests(app)
  await app.stop()
  await ended
  const again = app.start()
  await rests(app)
  t.is(app.root.adding.calls.length, 2)
  await app.stop()
  await again
})

test('a failed app says so, and its run too', async (t) => {
  const memory = openMemory(t)
  class Failing extends Flow {
    run(): void {
      this.fail('on purpose')
    }
  }
  const app = openApp(t, new Failing(), { memory })
  await t.throwsAsync(app.start(), { code: 'ERR_WORK' })
  t.is(app.stage, 'failed')
  t.is([...memory.runs({ kind: 'app' })][0]!.state, 'failed')
})

test('a signal ends it in order, also one that is aborted before', async (t) => {
  const memory = openMemory(t)
  const app = openApp(t, new Lasting(), { memory })
  const controller = new AbortController()
  const ended = app.start({ signal: controller.signal })
  await rests(app)
  controller.abort()
  await within('its end', ended)
  t.is(app.stage, 'stopped')
  t.is([...memory.runs({ kind: 'app' })][0]!.state, 'cancelled')
  await within('its end', openApp(t, new Lasting(), { memory }).start({ signal: AbortSignal.abort() }))
})

test('stop before the start, and twice, does nothing', async (t) => {
  const app = openApp(t, new Sum())
  await app.stop()
  t.is(app.stage, 'notStarted')
  const ended = app.start()
  await Promise.all([app.stop(), app.stop()])
  await ended
  await app.stop()
  t.is(app.stage, 'stopped')
})

test('the end of a block stops it', async (t) => {
  const app = openApp(t, new Lasting())
  const ended = app.start()
  await app[Symbol.asyncDispose]()
  await ended
  t.is(app.stage, 'stopped')
})

test('state is a copy of all that is state', async (t) => {
  const app = await runApp(t, new Sum())
  t.is(app.state.adding.total, 6)
  t.is(app.state.adding.status.stage, 'succeeded')
  t.false('_hidden' in app.state)
  ;(app.state as { wanted: number }).wanted = 100
  t.is(app.root.wanted, 3)
})

test('listeners hear of changes before the pass that sees them, and of each call once', async (t) => {
  const lines: string[] = []
  const calls: CallRecord[] = []
  class Watched extends Sum {
    override run(): void {
      lines.push(`pass ${JSON.stringify(this.changes['adding.total']?.to ?? null)}`)
      super.run()
    }
  }
  const app = openApp(t, new Watched())
  const heard = (changes: Changes): void => {
    if ('adding.total' in changes) lines.push(`change ${String(changes['adding.total']!.to)}`)
  }
  const unheard = (): void => t.fail('it was taken off')
  app.on('change', heard).on('change', unheard).off('change', unheard)
  app.on('call', (call) => calls.push(call))
  await within('its end', app.start())
  for (const total of [1, 3, 6]) t.is(lines[lines.indexOf(`change ${total}`) + 1], `pass ${total}`)
  t.deepEqual(
    calls.map(({ name, state }) => `${name} ${state}`),
    ['root.adding ran', 'root.adding ran', 'root.adding ran'],
  )
})

test('unknown events, listeners that are none and unknown options are refused', (t) => {
  const app = new App(new Sum())
  throwsCode(t, 'ERR_INVALID_OPTION', () => app.on('changes' as never, () => {}))
  throwsCode(t, 'ERR_INVALID_OPTION', () => app.on('call', 'listener' as never))
  for (const options of [{ memory: {} }, { name: 5 }, { resume: 'yes' }, { clock: 5 }, { nmae: 'x' }])
    throwsCode(t, 'ERR_INVALID_OPTION', () => new App(new Sum(), options as never))
  for (const root of [undefined, {}, Sum, () => {}]) throwsCode(t, 'ERR_WORK', () => new App(root as never))
})

test('what was set from outside is seen by the flow', async (t) => {
  const app = openApp(t, new Lasting())
  const ended = app.start()
  await rests(app)
  app.root.count = 7
  await eventually('the call', () => app.root.adding.total === 7)
  await app.stop()
  await ended
  t.deepEqual(
    app.root.adding.calls.map(({ state }) => state),
    ['ran', 'ran'],
  )
})

test('its runs are listed with their calls', async (t) => {
  const memory = openMemory(t)
  await runApp(t, new Sum(), { memory, name: 'sums' })
  await runApp(t, new Sum(), { memory, name: 'sums' })
  const runs = [...memory.runs({ name: 'sums', kind: 'app' })]
  t.deepEqual(
    runs.map(({ state, calls }) => [state, calls.length]),
    [
      ['completed', 3],
      ['completed', 3],
    ],
  )
})

test('after an end in order it begins anew', async (t) => {
  const memory = openMemory(t)
  const first = await runApp(t, new Sum(), { memory })
  const second = await runApp(t, new Sum(), { memory })
  t.is(first.root.adding.numSuccesses, 3)
  t.is(second.state.adding.total, 6)
  t.true(second.root.adding.calls.every(({ state }) => state === 'ran'))
})

// ----------------------------------------------------------------------------------------------------- checkpoints

test('a checkpoint is restored by its version, and the newest one without', async (t) => {
  const memory = openMemory(t)
  const app = openApp(t, new Lasting(), { memory })
  const ended = app.start()
  await rests(app)
  const versions: string[] = []
  for (const count of [1, 2]) {
    app.root.count = count
    await eventually('the call', () => app.root.adding.numSuccesses === count + 1)
    await rests(app)
    versions.push(await app.checkpoint())
  }
  app.root.count = 3
  await eventually('the call', () => app.root.adding.numSuccesses === 4)
  await app.stop()
  await ended
  const fresh = openApp(t, new Lasting(), { memory })
  await fresh.restore(versions[0])
  t.deepEqual([fresh.state.count, fresh.state.adding.total], [1, 1])
  await fresh.restore()
  t.deepEqual([fresh.state.count, fresh.state.adding.total], [2, 3])
  const again = fresh.start()
  await rests(fresh)
  // What was done before the checkpoint is not done again.
  t.deepEqual(
    fresh.root.adding.calls.map(({ state }) => state),
    ['hit'],
  )
  t.is(fresh.root.adding.total, 3)
  await fresh.stop()
  await again
})

test('there is nothing to restore, it runs, or it does not run', async (t) => {
  const memory = openMemory(t)
  const app = openApp(t, new Lasting(), { memory })
  await t.throwsAsync(app.restore(), { code: 'ERR_NOT_FOUND' })
  await t.throwsAsync(app.restore('nonsense'), { code: 'ERR_NOT_FOUND' })
  await t.throwsAsync(app.checkpoint(), { code: 'ERR_WORK' })
  const ended = app.start()
  const version = await app.checkpoint()
  await t.throwsAsync(app.restore(version), { code: 'ERR_WORK' })
  await app.stop()
  await ended
  await app.restore(version)
  t.pass()
})

// -------------------------------------------------------------------------------------------------- two of one name

test('two apps of one name on one store are refused while both would run', async (t) => {
  const memory = openMemory(t)
  const [one, two] = [openApp(t, new Lasting(), { memory }), openApp(t, new Lasting(), { memory })]
  const other = openApp(t, new Lasting(), { memory, name: 'another' })
  const ended = one.start()
  await t.throwsAsync(two.start(), { code: 'ERR_WORK' })
  const otherEnded = other.start()
  await rests(other)
  await Promise.all([one.stop(), other.stop()])
  await Promise.all([ended, otherEnded])
  const twoEnded = two.start()
  await rests(two)
  await two.stop()
  await twoEnded
  t.is(two.stage, 'stopped')
})

// The second one took all components from the first, which then never ended.
test('a root that runs in another app is refused, and the first app goes on', async (t) => {
  const memory = openMemory(t)
  const first = openApp(t, new Lasting(), { memory, name: 'first' })
  const ended = first.start()
  await rests(first)
  const second = openApp(t, first.root, { memory, name: 'second' })
  await t.throwsAsync(second.start(), { code: 'ERR_WORK' })
  await t.throwsAsync(second.restore(), { code: 'ERR_WORK' })
  first.root.count = 1
  await eventually('the call', () => first.root.adding.numSuccesses === 2)
  await first.stop()
  await ended
  const later = second.start()
  await rests(second)
  await second.stop()
  await t.notThrowsAsync(later)
})

test('a closed memory is refused, and the app can be started with another', async (t) => {
  const memory = openMemory(t)
  memory.close()
  const error = await failureOf(t, new Sum(), { memory })
  t.like(error, { code: 'ERR_CLOSED' })
})

test('a store that keeps nothing serves all the same', async (t) => {
  const app = await runApp(t, new Sum(), { memory: openMemory(t, { location: null } as never) })
  t.is(app.state.adding.total, 6)
})

test('a pass that holds up everything is said', async (t) => {
  const warnings = collectWarnings()
  class Slow extends Flow {
    run(): void {
      const end = performance.now() + 1100
      while (performance.now() < end);
    }
  }
  await runApp(t, new Slow())
  t.deepEqual(warnings.codes(), ['ERR_WORK'])
})

test('a flowchart names its components and what works did last', async (t) => {
  const app = await runApp(t, new Sum())
  const chart = app.toMermaid()
  t.true(chart.startsWith('flowchart TD'))
  t.true(chart.includes('adding: succeeded'))
})

test('an app that waits for a work makes no pass meanwhile', async (t) => {
  const gate = new Gate()
  let passes = 0
  class Waiting extends Work {
    async run(): Promise<void> {
      await gate.opened
    }
  }
  class Idle extends Flow {
    waiting = new Waiting({ parallel: true })
    run(): void {
      passes++
      this.waiting.run()
    }
  }
  const app = openApp(t, new Idle())
  const ended = app.start()
  await eventually('it rests', () => app.stage === 'blocking')
  const before = passes
  await sleep(100)
  t.is(passes, before)
  gate.open()
  await within('its end', ended)
})
