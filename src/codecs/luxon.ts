import type { PackageCodec } from '../value/package-codec.ts'
import { type ClassCodec, classesIn } from './library.ts'

interface Invalid {
  readonly invalidReason: string | null
  readonly invalidExplanation: string | null
}

interface Zone {
  readonly type: string
  readonly name: string
}

interface DateTime extends Invalid {
  readonly zone: Zone
  readonly locale: string
  readonly numberingSystem: string | null
  readonly outputCalendar: string | null
  readonly loc: { weekSettings?: unknown }
  toMillis(): number
}

interface Duration extends Invalid {
  readonly values: object
  readonly locale: string
  readonly numberingSystem: string | null
  readonly conversionAccuracy: string
  readonly matrix: unknown
  readonly constructor: Function
}

interface Interval extends Invalid {
  readonly start: object
  readonly end: object
}

/** `invalidReason` of a valid one is null. */
const invalid = ({ invalidReason, invalidExplanation }: Invalid): string[] => [
  invalidReason!,
  ...(invalidExplanation === null ? [] : [invalidExplanation]),
]

const dateTime: ClassCodec = {
  name: 'DateTime',
  marks: (prototype) => 'toISOWeekDate' in prototype && 'setZone' in prototype,
  encode: (value: DateTime) =>
    value.invalidReason === null
      ? [value.toMillis(), zoneOf(value.zone), settingsOf(value, value.loc.weekSettings)]
      : invalid(value),
  decode: ([first, zone, settings], type) =>
    typeof first === 'number'
      ? type.fromMillis(first, { ...settings, zone: zone[0] === 'system' ? systemOr(type, zone[1]) : zone[1] })
      : type.invalid(first, zone),
}

/** Only what is not the default, so that nothing depends on what versions of luxon call it. */
function settingsOf(value: DateTime, weekSettings: unknown): object {
  const { locale, numberingSystem, outputCalendar } = value
  return {
    locale,
    ...(numberingSystem !== null && { numberingSystem }),
    ...(outputCalendar !== null && { outputCalendar }),
    ...(weekSettings != null && { weekSettings }),
  }
}

/** A fixed offset has a name that luxon reads: `UTC+2`. */
function zoneOf({ type, name }: Zone): [type: string, name: string] {
  if (type === 'system' || type === 'iana' || type === 'fixed') return [type, name]
  throw new TypeError(`a zone of luxon's type '${type}' cannot be stored; set one of the IANA database.`)
}

/** What was in the system's zone is so again where the system has that zone; elsewhere it keeps the one that it had. */
function systemOr(type: any, name: string): string {
  return type.now().setZone('system').zoneName === name ? 'system' : name
}

const duration: ClassCodec = {
  name: 'Duration',
  marks: (prototype) => 'shiftTo' in prototype && 'toHuman' in prototype,
  encode: (value: Duration) =>
    value.invalidReason === null ? [value.values, durationSettings(value)] : invalid(value),
  decode: ([first, second], type) =>
    typeof first === 'object' ? type.fromObject(first, second) : type.invalid(first, second),
}

function durationSettings(value: Duration): object {
  const { locale, numberingSystem, conversionAccuracy, matrix } = value
  const usual = (value.constructor as any).fromObject({}, { conversionAccuracy }).matrix
  return {
    locale,
    conversionAccuracy,
    ...(numberingSystem !== null && { numberingSystem }),
    ...(matrix !== usual && { matrix }),
  }
}

const interval: ClassCodec = {
  name: 'Interval',
  marks: (prototype) => 'splitBy' in prototype && 'abutsStart' in prototype,
  encode: (value: Interval) => (value.invalidReason === null ? [value.start, value.end] : invalid(value)),
  decode: ([first, second], type) =>
    typeof first === 'object' ? type.fromDateTimes(first, second) : type.invalid(first, second),
}

/**
 * luxon: `memory.register({ DateTime, Duration, Interval }, luxon)`, or one of these classes alone. Zone, locale and
 * calendar count, in keys too.
 */
export const luxon: PackageCodec = {
  name: 'luxon',
  takes: 'the classes of luxon: { DateTime, Duration, Interval }, or one of them',
  codecsOf: (library) => classesIn(library, [dateTime, duration, interval]),
}
