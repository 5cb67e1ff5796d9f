// Dates, times and what repeats.
import type { Row } from './row.ts'

const days = [`'2024-05-01T00:00:00Z'`, `'2024-05-02T00:00:00Z'`] as const
const zones = [`'Asia/Tokyo'`, `'Europe/Rome'`] as const

export const dates: readonly Row[] = [
  {
    package: 'luxon',
    keeps: 'own properties',
    imports: '{ DateTime }',
    make: (day) => `DateTime.fromISO(${day}, { zone: 'utc' })`,
    sides: days,
    use: `it.plus({ months: 1 }).toISO()`,
  },
  {
    package: 'luxon',
    about: 'zone',
    keeps: 'own properties',
    imports: '{ DateTime, IANAZone }',
    make: (zone) => `IANAZone.create(${zone})`,
    sides: zones,
    use: `DateTime.fromMillis(0, { zone: it }).toISO()`,
  },
  {
    package: 'dayjs',
    keeps: 'own properties',
    imports: 'dayjs',
    make: (day) => `dayjs(${day})`,
    sides: days,
    use: `it.add(1, 'month').toISOString()`,
  },
  {
    package: 'moment',
    keeps: 'own properties',
    imports: 'moment',
    make: (day) => `moment.utc(${day})`,
    sides: days,
    use: `it.clone().add(1, 'month').toISOString()`,
  },
  {
    package: 'moment',
    about: 'duration',
    keeps: 'own properties',
    imports: 'moment',
    make: (hours) => `moment.duration(${hours}, 'hours')`,
    sides: ['2', '3'],
    use: `it.asMinutes()`,
  },
  {
    package: '@date-fns/tz',
    keeps: 'elements',
    imports: '{ TZDate }',
    make: (zone) => `new TZDate(0, ${zone})`,
    sides: zones,
    use: `it.getHours()`,
  },
  {
    package: '@js-temporal/polyfill',
    keeps: 'weak map',
    imports: '{ Temporal }',
    make: (day) => `Temporal.PlainDate.from(${day})`,
    sides: [`'2024-05-01'`, `'2024-05-02'`],
    use: `it.add({ months: 1 }).toString()`,
  },
  {
    package: 'temporal-polyfill',
    keeps: 'weak map',
    imports: '{ Temporal }',
    make: (day) => `Temporal.PlainDate.from(${day})`,
    sides: [`'2024-05-01'`, `'2024-05-02'`],
    use: `it.add({ months: 1 }).toString()`,
  },
  {
    package: 'spacetime',
    keeps: 'own properties',
    imports: 'spacetime',
    make: (zone) => `spacetime(0, ${zone})`,
    sides: zones,
    use: `it.hour()`,
  },
  {
    package: 'cron-parser',
    keeps: 'private fields',
    imports: '{ CronExpressionParser }',
    make: (text) => `CronExpressionParser.parse(${text}, { currentDate: '2024-05-01T00:00:00Z', tz: 'UTC' })`,
    sides: [`'0 6 * * *'`, `'0 7 * * *'`],
    use: `it.fields.hour.values[0]`,
  },
  {
    package: 'rrule',
    keeps: 'own properties',
    imports: 'rrule',
    make: (count) => `new rrule.RRule({ freq: rrule.RRule.DAILY, count: ${count}, dtstart: new Date(0) })`,
    sides: ['2', '3'],
    use: `it.all().length`,
  },
]
