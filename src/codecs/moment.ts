import type { PackageCodec } from '../value/package-codec.ts'
import { facesOf } from './library.ts'

interface Moment {
  /** Of moment-timezone. */
  readonly _z?: { readonly name: string } | null
  readonly _isUTC?: boolean
  isValid(): boolean
  valueOf(): number
  utcOffset(): number
  locale(): string
}

interface Duration {
  readonly _milliseconds: number
  readonly _days: number
  readonly _months: number
  isValid(): boolean
  locale(): string
}

const encode = (value: Moment): unknown => {
  if (!value.isValid()) return undefined
  const zone = value._z?.name
  const offset = zone === undefined && value._isUTC === true ? value.utcOffset() : undefined
  return { time: value.valueOf(), locale: value.locale(), offset, zone }
}

function decode(moment: any, stored: any): unknown {
  if (stored === undefined) return moment.invalid()
  const { time, locale, offset, zone } = stored
  const value = located(moment, moment.utc(time), locale)
  if (zone === undefined) return offset === undefined ? value.local() : value.utcOffset(offset, false, true)
  // An unknown zone is only logged, and the value stays in UTC.
  if (value.tz(zone).tz() !== zone) throw new TypeError(`moment has no zone '${zone}' here.`)
  return value
}

/** An unknown locale is ignored by moment. */
function located(moment: any, value: any, locale: string): any {
  if (value.locale(locale).locale() === locale) return value
  throw new TypeError(`moment ${moment.version} has no locale '${locale}' here.`)
}

const encodeDuration = (value: Duration): unknown => {
  if (!value.isValid()) return undefined
  return [value._months, value._days, value._milliseconds, value.locale()]
}

function decodeDuration(moment: any, stored: any): unknown {
  if (stored === undefined) return moment.duration.invalid()
  const [months, days, milliseconds, locale] = stored
  return located(moment, moment.duration({ months, days, milliseconds }), locale)
}

/**
 * moment and moment-timezone: `memory.register(moment, momentCodec)`. Mode (local, UTC, offset, zone) and locale count,
 * in keys too; what the value was parsed from does not. What is in local mode is local where it is read again, as a Date is.
 */
export const moment: PackageCodec = {
  name: 'moment',
  takes: 'the function `moment`',
  codecsOf(library) {
    const lib = facesOf(library).find((face) => typeof face === 'function' && typeof face.isMoment === 'function')
    if (lib === undefined) return []
    const { fn, duration } = lib
    return [
      { name: '', prototype: fn as object, encode, decode: (stored) => decode(lib, stored) },
      {
        name: 'Duration',
        prototype: duration.fn as object,
        encode: encodeDuration,
        decode: (stored) => decodeDuration(lib, stored),
      },
    ]
  },
}
