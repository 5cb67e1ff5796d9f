import { dayjs as dayjsCodec, luxon as luxonCodec, moment as momentCodec, temporal } from '../../../src/codecs/index.ts'
import { packages } from '../packages.ts'
import type { Subject } from './subject.ts'

const { dayjs, luxon, moment, otherPolyfill, polyfill } = packages
const { DateTime, Duration, Interval } = luxon

const TIME = 1_720_000_000_123
const NEW_YORK = 'America/New_York'

const at = (options?: object): any => DateTime.fromMillis(TIME, { locale: 'en', ...options })

const luxonValues: Record<string, () => unknown> = {
  local: () => at(),
  utc: () => at({ zone: 'utc' }),
  'in a zone': () => at({ zone: NEW_YORK }),
  'in another zone': () => at({ zone: 'Asia/Tokyo' }),
  'with an offset': () => at({ zone: 'UTC+5:30' }),
  later: () => at({ zone: 'utc' }).plus(1),
  'in German': () => at({ zone: 'utc', locale: 'de' }),
  'Arabic digits': () => at({ zone: 'utc', numberingSystem: 'arab' }),
  'another calendar': () => at({ zone: 'utc', outputCalendar: 'hebrew' }),
  'weeks that begin on Sunday': () =>
    at({ zone: 'utc', weekSettings: { firstDay: 7, minimalDays: 1, weekend: [6, 7] } }),
  invalid: () => DateTime.fromISO('nope'),
  'invalid for another reason': () => DateTime.fromObject({ month: 13 }),
  duration: () => Duration.fromObject({ hours: 1, minutes: 90 }, { locale: 'en' }),
  'duration in other units': () => Duration.fromObject({ minutes: 150 }, { locale: 'en' }),
  'exact duration': () => Duration.fromObject({ months: 1 }, { locale: 'en', conversionAccuracy: 'longterm' }),
  'casual duration': () => Duration.fromObject({ months: 1 }, { locale: 'en' }),
  'duration of its own': () =>
    Duration.fromObject({ days: 1 }, { locale: 'en', matrix: { days: { hours: 20 }, hours: { minutes: 60 } } }),
  'invalid duration': () => Duration.invalid('because', 'it is'),
  interval: () => Interval.after(at({ zone: NEW_YORK }), { hours: 1 }),
  'longer interval': () => Interval.after(at({ zone: NEW_YORK }), { hours: 2 }),
  'invalid interval': () => Interval.fromDateTimes(at(), at().minus(1)),
}

const shownOfLuxon = (value: any): unknown => [
  String(value),
  value.toMillis?.(),
  value.zoneName,
  value.zone?.type,
  value.localWeekNumber,
  value.isValid && value.toLocaleString?.({ dateStyle: 'full' }),
  value.numberingSystem,
  value.outputCalendar,
  value.invalidReason,
  value.invalidExplanation,
  value.toObject?.(),
  value.values && value.isValid && String(value.shiftTo('hours', 'minutes')),
]

/** Across a change of the clocks, so that dayjs keeps the offset from before. */
const pastSpring = (): any => dayjs.tz('2024-03-09 12:00', NEW_YORK).add(1, 'day')

const dayjsValues: Record<string, () => unknown> = {
  local: () => dayjs(TIME),
  later: () => dayjs(TIME + 1),
  utc: () => dayjs.utc(TIME),
  'in a zone': () => dayjs(TIME).tz(NEW_YORK),
  'in another zone': () => dayjs(TIME).tz('Asia/Kolkata'),
  'in a zone without an offset': () => dayjs(TIME).tz('Africa/Abidjan'),
  'across a change of the clocks': pastSpring,
  'the same without one': () => dayjs(pastSpring().valueOf()).tz(NEW_YORK),
  'with an offset': () => dayjs(TIME).utcOffset(330),
  'in German': () => dayjs(TIME).locale('de'),
  invalid: () => dayjs('nope'),
  duration: () => dayjs.duration({ hours: 1, minutes: 90 }),
  'duration from a number': () => dayjs.duration(5_400_001),
  'duration in German': () => dayjs.duration({ hours: 1, minutes: 90 }).locale('de'),
}

const momentValues: Record<string, () => unknown> = {
  local: () => moment(TIME).locale('en'),
  later: () => moment(TIME + 1).locale('en'),
  utc: () => moment.utc(TIME).locale('en'),
  'in a zone': () => moment(TIME).locale('en').tz(NEW_YORK),
  'in another zone': () => moment(TIME).locale('en').tz('Asia/Tokyo'),
  'with an offset': () => moment(TIME).locale('en').utcOffset(330),
  'with an offset of minutes': () => moment(TIME).locale('en').utcOffset(10, false, true),
  'in German': () => moment.utc(TIME).locale('de'),
  invalid: () => moment.invalid(),
  duration: () => moment.duration({ months: 14, hours: 30, milliseconds: 1 }).locale('en'),
  'duration of as many days': () => moment.duration({ days: 426, hours: 30, milliseconds: 1 }).locale('en'),
  'duration in German': () => moment.duration({ months: 14, hours: 30, milliseconds: 1 }).locale('de'),
}

const shownOfFormat = (value: any): unknown => [
  value.valueOf(),
  value.format('LLLL Z'),
  value.format(),
  value.utcOffset?.(),
  value.tz?.(),
  value.isUTC?.(),
  value.isLocal?.(),
  value.isValid?.(),
  value.locale(),
  value.add(1, 'month').format?.(),
]

const shownOfMoment = (value: any): unknown =>
  moment.isDuration(value)
    ? [value.toISOString(), value.humanize(), value.months(), value.asMilliseconds()]
    : shownOfFormat(value.clone())

const shownOfDayjs = (value: any): unknown =>
  dayjs.isDuration(value)
    ? [value.toISOString(), value.asMilliseconds(), value.hours(), value.minutes(), value.$l]
    : [...(shownOfFormat({ __proto__: value, tz: undefined }) as unknown[]), value.$x.$timezone]

function temporalValues(Temporal: any, calendar: string): Record<string, () => unknown> {
  return {
    Instant: () => Temporal.Instant.fromEpochMilliseconds(TIME).add({ nanoseconds: 1 }),
    'Instant, later': () => Temporal.Instant.fromEpochMilliseconds(TIME).add({ nanoseconds: 2 }),
    ZonedDateTime: () => Temporal.ZonedDateTime.from(`2024-07-01T10:00[${NEW_YORK}]`),
    'ZonedDateTime elsewhere': () => Temporal.ZonedDateTime.from('2024-07-01T23:00[Asia/Tokyo]'),
    'ZonedDateTime in another calendar': () =>
      Temporal.ZonedDateTime.from(`2024-07-01T10:00[${NEW_YORK}]`).withCalendar(calendar),
    PlainDateTime: () => Temporal.PlainDateTime.from('2024-07-01T10:00:00.123456789'),
    PlainDate: () => Temporal.PlainDate.from('2024-07-01'),
    'PlainDate in another calendar': () => Temporal.PlainDate.from('2024-07-01').withCalendar(calendar),
    'PlainDate long ago': () => Temporal.PlainDate.from('-002024-07-01'),
    PlainTime: () => Temporal.PlainTime.from('10:00:00.000000001'),
    PlainYearMonth: () => Temporal.PlainYearMonth.from('2024-07'),
    'PlainYearMonth of another day': () => new Temporal.PlainYearMonth(2024, 7, 'iso8601', 15),
    'PlainYearMonth in another calendar': () =>
      Temporal.PlainDate.from('2024-07-01').withCalendar(calendar).toPlainYearMonth(),
    'PlainYearMonth long ago': () => new Temporal.PlainYearMonth(-2024, 7),
    PlainMonthDay: () => Temporal.PlainMonthDay.from('02-29'),
    'PlainMonthDay in another calendar': () =>
      Temporal.PlainDate.from('2024-07-01').withCalendar(calendar).toPlainMonthDay(),
    Duration: () => Temporal.Duration.from({ seconds: 1, milliseconds: 1500 }),
    'Duration, carried over': () => Temporal.Duration.from({ seconds: 2, milliseconds: 500 }),
    'Duration back': () => Temporal.Duration.from({ years: -1, days: -3 }),
  }
}

function temporalSubject({ Temporal }: any, calendar: string): Subject {
  return {
    register: (memory) => memory.register(Temporal, temporal),
    values: temporalValues(Temporal, calendar),
    equal: {
      PlainTime: () => Temporal.PlainTime.from({ hour: 10, nanosecond: 1 }),
      ZonedDateTime: () => Temporal.Instant.from('2024-07-01T14:00Z').toZonedDateTimeISO(NEW_YORK),
    },
    shown: (value) => [
      value.toString({ calendarName: 'always' }),
      value[Symbol.toStringTag],
      value.milliseconds,
      value.calendarId,
      value.epochNanoseconds,
    ],
  }
}

export const dates: Record<string, Subject> = {
  luxon: {
    register: (memory) => memory.register(luxon, luxonCodec),
    values: luxonValues,
    equal: {
      'in a zone': () => at({ zone: 'utc' }).setZone(NEW_YORK),
      interval: () => Interval.before(at({ zone: NEW_YORK }).plus({ hours: 1 }), { hours: 1 }),
    },
    shown: shownOfLuxon,
  },
  dayjs: {
    register: (memory) => memory.register(dayjs, dayjsCodec),
    values: dayjsValues,
    equal: {
      utc: () => dayjs(TIME).utc(),
      'with an offset': () =>
        dayjs(TIME - 1)
          .add(1)
          .utcOffset('+05:30'),
    },
    shown: shownOfDayjs,
  },
  moment: {
    register: (memory) => memory.register(moment, momentCodec),
    values: momentValues,
    equal: {
      utc: () => moment(TIME).locale('en').utc(),
      'in a zone': () =>
        moment
          .tz(TIME - 1, NEW_YORK)
          .locale('en')
          .add(1),
    },
    shown: shownOfMoment,
  },
  temporal: temporalSubject(polyfill, 'hebrew'),
  'temporal of the other polyfill': temporalSubject(otherPolyfill, 'gregory'),
}
