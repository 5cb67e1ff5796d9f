import test from 'ava'
import { execFile } from 'node:child_process'
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { CallEvent, Memory } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { StoppedClock } from '../kit/stopped-clock.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** Events of a memory in short: status, reason, cacheStatus. */
function heard(memory: Memory): string[] {
  const events: string[] = []
  memory.on('call', ({ status, reason, cacheStatus }) => events.push([status, reason ?? '-', cacheStatus].join(' ')))
  return events
}

test('each call is told of, in its own words and in those of Flyte', async (t) => {
  const clock = new StoppedClock()
  const memory = openMemory(t, { clock: clock.read })
  const events = heard(memory)
  const f = memory.cache((n: number) => n, { name: 'f', maxAge: 10, version: '1' })
  f(1)
  f(1)
  clock.now += 11
  f(1)
  f.refresh(1)
  f.with({ validate: () => false })(1)
  f.with({ strategy: false })(1)
  f.with({ storeIf: () => false })(2)
  f.with({ storeIf: () => false }).refresh(2)
  const later = memory.cache(async (n: number) => n)
  await Promise.all([later(1), later(1)])
  t.deepEqual(events, [
    'miss absent populated',
    'hit - hit',
    'stale expired populated',
    'refresh refresh populated',
    'stale rejected populated',
    'bypass - disabled',
    'miss absent miss',
    'refresh refresh skipped',
    'miss absent populated',
    'joined absent hit',
  ])
})

test('an event has the name, the key, the duration and what was saved', async (t) => {
  const memory = openMemory(t)
  const events: CallEvent[] = []
  memory.on('call', (event) => events.push(event))
  const f = memory.cache(async (n: number) => setTimeout(20, n), { name: 'f', version: '1' })
  await Promise.all([f(1), f(1)])
  await f(1)
  const [miss, joined, hit] = events as [CallEvent, CallEvent, CallEvent]
  const found = f.lookup(1)
  const durationMs = found.status === 'hit' ? found.info.durationMs : Number.NaN
  for (const event of events) t.like(event, { name: 'f', key: f.key(1) })
  t.is(miss.savedMs, 0)
  // The fast way of a hit keeps durations in 4 bytes.
  for (const { savedMs } of [joined, hit]) t.true(Math.abs(savedMs / durationMs - 1) < 1e-6)
  t.true(durationMs > 0)
  for (const { durationMs: took } of events) t.true(took >= 0)
  t.true(miss.durationMs >= durationMs)
})

test('a call without a key has an empty one', (t) => {
  const memory = openMemory(t, { mode: 'off' })
  let event: CallEvent | undefined
  memory.on('call', (told) => (event = told))
  memory.cache((n: number) => n)(1)
  t.like(event, { status: 'bypass', key: '', savedMs: 0, cacheStatus: 'disabled' })
  t.false('reason' in event!)
})

test('a run that throws is told of as well', async (t) => {
  const memory = openMemory(t)
  const events = heard(memory)
  const fail = (): never => {
    throw new RangeError()
  }
  t.throws(memory.cache(fail), { instanceOf: RangeError })
  t.throws(memory.cache(fail, { strategy: false }), { instanceOf: RangeError })
  const later = memory.cache(async () => fail())
  await Promise.allSettled([later(), later()])
  await t.throwsAsync(
    memory.cache(async () => fail(), { strategy: false }),
    { instanceOf: RangeError },
  )
  t.deepEqual(events, [
    'miss absent miss',
    'bypass - disabled',
    'miss absent miss',
    'joined absent miss',
    'bypass - disabled',
  ])
})

test('an async call is told of when it is over', async (t) => {
  const memory = openMemory(t)
  const events = heard(memory)
  for (const options of [{}, { strategy: false } as const]) {
    const pending = memory.cache(async () => 1, options)()
    const before = events.length
    await pending
    t.is(events.length, before + 1)
  }
})

test.serial('a failure to look up or to store has its word', (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  const events = heard(memory)
  const f = memory.cache((value: unknown) => (value === 1 ? Symbol('unstorable') : value))
  f(Symbol('unhashable'))
  f(1)
  t.deepEqual(events, ['bypass - lookupFailure', 'miss absent putFailure'])
  t.deepEqual(warnings.codes(), ['ERR_UNHASHABLE', 'ERR_UNSERIALIZABLE'])
})

test('off ends what on began; a listener hears each call once', (t) => {
  const memory = openMemory(t)
  let calls = 0
  const listener = (): void => void calls++
  const f = memory.cache((n: number) => n)
  t.is(memory.on('call', listener).on('call', listener), memory)
  f(1)
  t.is(memory.off('call', listener), memory)
  f(1)
  t.is(calls, 1)
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.on('call', undefined as never))
})

test('a listener that is added during a run hears of its end', async (t) => {
  const memory = openMemory(t)
  const pending = memory.cache(async () => 1)()
  const events = heard(memory)
  await pending
  t.deepEqual(events, ['miss absent populated'])
})

test.serial('calls of every memory are published on the diagnostics channel engram:call', (t) => {
  const events: unknown[] = []
  const subscriber = (message: unknown): void => void events.push(message)
  subscribe('engram:call', subscriber)
  t.teardown(() => unsubscribe('engram:call', subscriber))
  openMemory(t).cache((n: number) => n, { name: 'one', version: '1' })(1)
  openMemory(t).cache((n: number) => n, { name: 'two', version: '1' })(1)
  const names = (events as CallEvent[]).map((event) => event.name)
  t.deepEqual(
    names.filter((name) => name === 'one' || name === 'two'),
    ['one', 'two'],
  )
  unsubscribe('engram:call', subscriber)
  t.false(channel('engram:call').hasSubscribers)
})

test('what a listener throws is an uncaught exception, and no matter of the caller', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const index = pathToFileURL(join(project, 'index.ts')).href
  const program = `
    import { Memory } from ${JSON.stringify(index)}
    process.on('uncaughtException', (error) => console.log('uncaught', error.message))
    const memory = new Memory(${JSON.stringify(location)})
    const heard = []
    memory.on('call', () => { throw new Error('mine') })
    memory.on('call', ({ status }) => heard.push(status))
    const f = memory.cache(function f(n) { return n })
    console.log(f(1), f(1), heard.join())`
  const args = ['--import=tsx', '--input-type=module', '-e', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: project })
  t.is(stdout, '1 1 miss,hit\nuncaught mine\nuncaught mine\n')
})
