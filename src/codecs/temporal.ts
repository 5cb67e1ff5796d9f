import type { PackageCodec } from '../value/package-codec.ts'
import { type ClassCodec, classesIn } from './library.ts'

type Encoding = Pick<ClassCodec, 'encode' | 'decode'>

/** What their text says whole. */
const asText: Encoding = {
  encode: (value: object) => String(value),
  decode: (text, type) => type.from(text),
}

const DATE = /^([+-]?\d+)-(\d\d)-(\d\d)\[u-ca=(.+)\]$/

/** With the day or year of reference, which `from` would forget. */
const asDate = (
  construct: (type: any, year: number, month: number, day: number, calendar: string) => unknown,
): Encoding => ({
  encode: (value: any) => value.toString({ calendarName: 'always' }),
  decode: (text: string, type) => {
    const [, year, month, day, calendar] = DATE.exec(text)!
    return construct(type, Number(year), Number(month), Number(day), calendar!)
  },
})

/** Its text would carry milliseconds over into seconds. */
const DURATION_FIELDS = [
  'years',
  'months',
  'weeks',
  'days',
  'hours',
  'minutes',
  'seconds',
  'milliseconds',
  'microseconds',
  'nanoseconds',
] as const

const encodings = (): Record<string, Encoding> => ({
  PlainDate: asText,
  PlainTime: asText,
  PlainDateTime: asText,
  PlainYearMonth: asDate((type, year, month, day, calendar) => new type(year, month, calendar, day)),
  PlainMonthDay: asDate((type, year, month, day, calendar) => new type(month, day, calendar, year)),
  Instant: {
    encode: (value: any) => value.epochNanoseconds,
    decode: (nanoseconds, type) => new type(nanoseconds),
  },
  // Its text has the offset too, and would be refused where rules of the zone have changed.
  ZonedDateTime: {
    encode: (value: any) => [value.epochNanoseconds, value.timeZoneId, value.calendarId],
    decode: ([nanoseconds, zone, calendar], type) => new type(nanoseconds, zone, calendar),
  },
  Duration: {
    encode: (value: any) => DURATION_FIELDS.map((field) => value[field]),
    decode: (fields, type) => new type(...fields),
  },
})

const codecs = (): ClassCodec[] =>
  Object.entries(encodings()).map(([name, { encode, decode }]) => {
    const marks = (prototype: any): boolean => prototype[Symbol.toStringTag] === `Temporal.${name}`
    return { name, marks, encode, decode }
  })

/** The Temporal polyfills: `memory.register(Temporal, temporal)`, or one of its classes alone. */
export const temporal: PackageCodec = {
  name: 'Temporal',
  takes: '`Temporal` of a polyfill, or one of its classes',
  codecsOf: (library) => classesIn(library, codecs()),
}
