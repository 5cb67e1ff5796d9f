import test from 'ava'
import fc from 'fast-check'
import { Ticks } from '../../src/work/ticks.ts'
import { throwsCode } from '../kit/error-code.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const at = (text: string): number => Date.parse(text)

/** The times, among those of a clock that goes by `step`, at which a schedule is due. */
function dueTimes(cron: string, timezone: string, from: string, to: string, step = MINUTE): string[] {
  const ticks = new Ticks()
  ticks.schedule('key', cron, timezone, at(from))
  const due: string[] = []
  for (let now = at(from) + step; now <= at(to); now += step)
    if (ticks.schedule('key', cron, timezone, now)) due.push(new Date(now).toISOString().slice(0, 16))
  return due
}

/** Lightning's `test_lightning_flow`: eight schedules, each by its own key. */
test("lightning_flow: eight of Lightning's words are eight schedules", (t) => {
  const ticks = new Ticks()
  const words = ['midnight', 'hourly', '@hourly', 'daily', 'weekly', 'monthly', 'yearly', 'annually']
  const ask = (now: string): string[] => words.filter((word) => ticks.schedule(word, word, 'UTC', at(now)))
  t.deepEqual(ask('2026-11-29T15:44:00Z'), words)
  t.is(ticks.toState().ticks.length, 8)
  t.deepEqual(ask('2026-11-29T15:59:59Z'), [])
  t.deepEqual(ask('2026-11-29T16:00:00Z'), ['hourly', '@hourly'])
  t.deepEqual(ask('2026-11-30T00:00:00Z'), ['midnight', 'hourly', '@hourly', 'daily'])
  t.deepEqual(ask('2026-12-01T00:30:00Z'), ['midnight', 'hourly', '@hourly', 'daily', 'monthly'])
  t.deepEqual(ask('2027-01-01T00:00:00Z'), words)
})

test('a schedule is due at the first ask and then once for each tick; missed ticks are one', (t) => {
  const ticks = new Ticks()
  const ask = (now: string): boolean => ticks.schedule('key', '*/10 * * * *', 'UTC', at(now))
  t.true(ask('2026-11-29T12:00:00Z'))
  t.false(ask('2026-11-29T12:00:00Z'))
  t.false(ask('2026-11-29T12:09:59.999Z'))
  t.true(ask('2026-11-29T12:10:00Z'))
  t.false(ask('2026-11-29T12:10:01Z'))
  t.true(ask('2026-11-29T18:34:00Z'))
  t.false(ask('2026-11-29T18:39:00Z'))
  t.true(ask('2026-11-29T18:40:00Z'))
})

test('six fields have the seconds in front', (t) => {
  const ticks = new Ticks()
  const ask = (now: number): boolean => ticks.schedule('key', '*/5 * * * * *', 'UTC', now)
  t.deepEqual([0, 1000, 4999, 5000, 9000, 10_001].map(ask), [true, false, false, true, false, true])
})

test('a tick at a fixed time comes after the missing hour, and the first time in the doubled one', (t) => {
  const spring = ['2026-03-28T12:00Z', '2026-03-30T12:00Z'] as const
  t.deepEqual(dueTimes('30 2 * * *', 'Europe/Berlin', ...spring), ['2026-03-29T01:00', '2026-03-30T00:30'])
  t.deepEqual(dueTimes('30 2,3 * * *', 'Europe/Berlin', ...spring), [
    '2026-03-29T01:00',
    '2026-03-29T01:30',
    '2026-03-30T00:30',
    '2026-03-30T01:30',
  ])
  const autumn = ['2026-10-24T12:00Z', '2026-10-26T12:00Z'] as const
  t.deepEqual(dueTimes('30 2 * * *', 'Europe/Berlin', ...autumn), ['2026-10-25T00:30', '2026-10-26T01:30'])
})

test('a tick that repeats skips the missing hour, and comes in both of the doubled one', (t) => {
  const spring = dueTimes('0 * * * *', 'Europe/Berlin', '2026-03-28T23:30Z', '2026-03-29T02:30Z')
  t.deepEqual(spring, ['2026-03-29T00:00', '2026-03-29T01:00', '2026-03-29T02:00'])
  const autumn = dueTimes('0 * * * *', 'Europe/Berlin', '2026-10-24T23:30Z', '2026-10-25T02:30Z')
  t.deepEqual(autumn, ['2026-10-25T00:00', '2026-10-25T01:00', '2026-10-25T02:00'])
})

test('a clock that is set back by a moment after a tick does not repeat it, however often', (t) => {
  for (const first of ['2026-11-29T12:00:00Z', '2026-11-29T11:30:00Z']) {
    const ticks = new Ticks()
    const ask = (now: string): boolean => ticks.schedule('key', 'hourly', 'UTC', at(now))
    t.true(ask(first))
    ask('2026-11-29T12:00:00.005Z')
    const later = ['11:59:59.995', '11:59:59.990', '12:00:00.000', '12:00:00.006', '12:59:59.999']
    for (const time of later) t.false(ask(`2026-11-29T${time}Z`), time)
    t.true(ask('2026-11-29T13:00:00Z'))
  }
})

test('a clock that is set back far has ticks that lie ahead again due again', (t) => {
  const ticks = new Ticks()
  const ask = (now: string): boolean => ticks.schedule('key', 'hourly', 'UTC', at(now))
  t.true(ask('2099-01-01T12:00:00Z'))
  t.false(ask('2026-11-29T10:30:00Z'))
  t.is(ticks.next(at('2026-11-29T10:30:00Z')), at('2026-11-29T11:00:00Z'))
  t.false(ask('2026-11-29T10:59:00Z'))
  t.true(ask('2026-11-29T11:00:01Z'))
  t.false(ask('2026-11-29T11:59:00Z'))
  t.true(ask('2026-11-29T12:00:00Z'))
})

test('a clock that is set forward has one tick due', (t) => {
  const ticks = new Ticks()
  const ask = (now: string): boolean => ticks.schedule('key', 'daily', 'UTC', at(now))
  t.true(ask('2026-11-29T12:00:00Z'))
  t.true(ask('2031-11-29T12:00:00Z'))
  t.false(ask('2031-11-29T12:00:01Z'))
})

test('a schedule that never comes is due at the first ask alone, and wakes nobody', (t) => {
  const ticks = new Ticks()
  const ask = (now: string): boolean => ticks.schedule('key', '0 0 31 2 *', 'UTC', at(now))
  t.true(ask('2026-01-01T00:00:00Z'))
  t.false(ask('2099-01-01T00:00:00Z'))
  t.false(ask('2026-01-01T00:00:00Z'))
  t.is(ticks.next(at('2026-01-01T00:00:00Z')), undefined)
  const again = Ticks.from(JSON.parse(JSON.stringify(ticks.toState())))
  t.false(again.schedule('key', '0 0 31 2 *', 'UTC', at('2027-01-01T00:00:00Z')))
})

test('an interval keeps its steps though who asks comes late', (t) => {
  const ticks = new Ticks()
  const times = [0, 999, 1000, 1900, 2050, 2999, 3000, 7400, 7999, 8000]
  t.deepEqual(
    times.filter((now) => ticks.every('key', 1000, now)),
    [0, 1000, 2050, 3000, 7400, 8000],
  )
})

test('an interval begins anew where the clock is set back', (t) => {
  const ticks = new Ticks()
  t.true(ticks.every('key', 1000, 10_000_000))
  t.false(ticks.every('key', 1000, 9_999_999))
  t.false(ticks.every('key', 1000, 10_000_000))
  t.false(ticks.every('key', 1000, 5000))
  t.is(ticks.next(5000), 6000)
  t.false(ticks.every('key', 1000, 5999))
  t.true(ticks.every('key', 1000, 6000))
})

test('`every` answers as a plain count of intervals does, whatever the times', (t) => {
  const step = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: -500, max: 5000 }))
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.array(step, { maxLength: 60 }), (intervalMs, steps) => {
      const ticks = new Ticks()
      let [now, begun, steppedTo, lowest] = [100_000, Number.NaN, 0, 0]
      for (const each of steps) {
        now += each
        // The reference counts whole intervals since the first answer, or since the clock was last set back below it.
        let isDue = Number.isNaN(begun)
        if (isDue) [begun, steppedTo, lowest] = [now, 0, now]
        else if (now < lowest) [begun, steppedTo, lowest] = [now, 0, now]
        else {
          const passed = Math.floor((now - begun) / intervalMs)
          isDue = passed > steppedTo
          if (isDue) [steppedTo, lowest] = [passed, now]
        }
        if (ticks.every('key', intervalMs, now) !== isDue) return false
      }
      return true
    }),
  )
  t.pass()
})

test('`next` is the earliest time of what was asked for in this pass', (t) => {
  const ticks = new Ticks()
  const now = at('2026-11-29T12:30:00Z')
  t.is(ticks.next(now), undefined)
  ticks.beginPass()
  ticks.schedule('daily', 'daily', 'UTC', now)
  ticks.every('often', 5 * MINUTE, now)
  t.is(ticks.next(now), now + 5 * MINUTE)
  ticks.beginPass()
  t.is(ticks.next(now), undefined)
  ticks.schedule('daily', 'daily', 'UTC', now + MINUTE)
  t.is(ticks.next(now + MINUTE), at('2026-11-30T00:00:00Z'))
  ticks.beginPass()
  t.false(ticks.every('often', 5 * MINUTE, now + 2 * MINUTE))
  t.is(ticks.next(now + 2 * MINUTE), now + 5 * MINUTE)
})

/** A flow may make keys of what it works on, and runs for years. */
test('what is due and not asked for is forgotten, and is due when it is asked for again', (t) => {
  const ticks = new Ticks()
  for (let now = 0; now < 1000 * HOUR; now += HOUR) {
    ticks.beginPass()
    t.true(ticks.every(`day ${now}`, 2 * HOUR, now))
    ticks.next(now)
  }
  t.true(ticks.toState().ticks.length <= 3)
  t.true(ticks.every('day 0', 2 * HOUR, 1000 * HOUR))
})

test('a schedule and an interval of one key are two', (t) => {
  const ticks = new Ticks()
  t.true(ticks.schedule('key', 'hourly', 'UTC', 0))
  t.true(ticks.every('key', MINUTE, 0))
  t.false(ticks.schedule('key', 'hourly', 'UTC', MINUTE))
  t.true(ticks.every('key', MINUTE, MINUTE))
})

test('a key whose expression, zone or interval changes goes on from its last answer', (t) => {
  const ticks = new Ticks()
  const begin = at('2026-11-29T12:30:00Z')
  t.true(ticks.schedule('key', 'daily', 'UTC', begin))
  t.false(ticks.schedule('key', 'hourly', 'UTC', begin + MINUTE))
  t.false(ticks.schedule('key', '0 1 * * *', 'Asia/Tokyo', begin + 2 * HOUR))
  t.true(ticks.schedule('key', '0 23 * * *', 'Asia/Tokyo', begin + 2 * HOUR))
  t.true(ticks.every('key', HOUR, begin))
  t.false(ticks.every('key', 3 * MINUTE, begin + 2 * MINUTE))
  t.true(ticks.every('key', MINUTE, begin + 2 * MINUTE))
})

test('a state goes on where it was, through JSON too', (t) => {
  const ticks = new Ticks()
  const begin = at('2026-11-29T12:30:00Z')
  ticks.schedule('key', 'hourly', undefined, begin)
  ticks.schedule('__proto__', 'daily', 'Europe/Berlin', begin)
  ticks.every('key', 90_000, begin)
  const state = ticks.toState()
  const again = Ticks.from(JSON.parse(JSON.stringify(state)))
  t.deepEqual(again.toState(), state)
  t.false(again.schedule('__proto__', 'daily', 'Europe/Berlin', begin + HOUR))
  t.true(again.schedule('__proto__', 'daily', 'Europe/Berlin', begin + 11 * HOUR))
  t.false(again.every('key', 90_000, begin + 89_999))
  t.true(again.every('key', 90_000, begin + 90_000))
})

test('what is no schedule is refused before anything changes', (t) => {
  const ticks = new Ticks()
  ticks.schedule('key', 'hourly', 'UTC', 0)
  ticks.every('key', 1000, 0)
  const before = ticks.toState()
  const refused = (action: () => unknown): void => throwsCode(t, 'ERR_INVALID_OPTION', action)
  const expressions = [
    '',
    ' ',
    'fortnightly',
    '@fortnightly',
    '@reboot',
    '60 * * * *',
    '* * * *',
    '2026-11-29T12:00:00',
    5,
  ]
  for (const cron of expressions) refused(() => ticks.schedule('key', cron as string, 'UTC', HOUR))
  for (const zone of ['', 'Nowhere/Else', 5, null]) refused(() => ticks.schedule('key', 'hourly', zone as string, HOUR))
  for (const interval of [0, -1, 0.5, Number.NaN, Infinity, '1s'])
    refused(() => ticks.every('key', interval as number, HOUR))
  for (const now of [Number.NaN, Infinity, -1, 8.64e15, '0']) {
    refused(() => ticks.schedule('key', 'hourly', 'UTC', now as number))
    refused(() => ticks.every('key', 1000, now as number))
    refused(() => ticks.next(now as number))
  }
  refused(() => ticks.schedule(5 as never, 'hourly', 'UTC', HOUR))
  t.deepEqual(ticks.toState(), before)
})

test('what is no state is refused', (t) => {
  const good = { key: 'key', cron: 'hourly', answeredAt: 0, lowestAt: 0 }
  t.notThrows(() => Ticks.from({ ticks: [good] }))
  const damaged = [
    null,
    {},
    { ...good, key: 5 },
    { ...good, cron: 'x' },
    { ...good, answeredAt: '0' },
    { ...good, dueAt: 'x' },
  ]
  for (const state of [undefined, null, [], { ticks: 5 }, ...damaged.map((tick) => ({ ticks: [tick] }))])
    throwsCode(t, 'ERR_INVALID_OPTION', () => Ticks.from(state))
})

test('the first and last times of which cron expressions speak are times', (t) => {
  for (const now of [0, Date.UTC(9999, 11, 31)])
    for (const zone of ['UTC', 'Asia/Tokyo', 'America/New_York']) {
      const ticks = new Ticks()
      for (const cron of ['yearly', 'hourly', '* * * * * *']) t.true(ticks.schedule(cron, cron, zone, now))
      t.true(ticks.every('key', 1e300, now))
      t.false(ticks.schedule('yearly', 'yearly', zone, now))
    }
})
