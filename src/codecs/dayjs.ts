import type { PackageClass, PackageCodec } from '../value/package-codec.ts'
import { facesOf } from './library.ts'

/** Properties with `$` are how dayjs and its plugins tell each other what an instance is. */
interface Dayjs {
  readonly $L: string
  readonly $u?: boolean
  readonly $offset?: number
  readonly $x: { $timezone?: string }
  valueOf(): number
}

interface Duration {
  readonly $d: object
  readonly $ms: number
  readonly $l: string
}

const encode = (value: Dayjs): unknown => {
  const offset = value.$u === true ? 0 : value.$offset
  return { time: value.valueOf(), locale: value.$L, offset, zone: value.$x.$timezone }
}

/** From the time that it is: what dayjs keeps besides depends on the zone of the process. */
function decode(dayjs: any, { time, locale, offset, zone }: any): unknown {
  const isPlain = offset === undefined || Number.isNaN(time)
  const value = (isPlain ? dayjs(time) : dayjs(time).utcOffset(offset)).locale(locale)
  if (value.$L !== locale) throw new TypeError(`dayjs has no locale '${locale}' here.`)
  // Not `tz`: after arithmetic across a change of its offset, an instance has the offset from before.
  if (zone !== undefined) value.$x.$timezone = zone
  return value
}

function durationOf(dayjs: any): PackageClass[] {
  if (typeof dayjs.duration !== 'function') return []
  return [
    {
      name: 'Duration',
      prototype: Object.getPrototypeOf(dayjs.duration(0)) as object,
      encode: ({ $d, $ms, $l }: Duration) => [{ ...$d }, $ms, $l],
      // Set, as its `locale` carries minutes over into hours.
      decode: ([parts, ms, locale]) => Object.assign(dayjs.duration(parts), { $ms: ms, $l: locale }),
    },
  ]
}

/**
 * dayjs: `memory.register(dayjs, dayjsCodec)`, after the plugins were added. Mode (local, UTC, offset, zone) and locale
 * count, in keys too. What is in local mode is local where it is read again, as a Date is.
 */
export const dayjs: PackageCodec = {
  name: 'dayjs',
  takes: 'the function `dayjs`',
  codecsOf(library) {
    const lib = facesOf(library).find((face) => typeof face === 'function' && typeof face.isDayjs === 'function')
    if (lib === undefined) return []
    return [
      { name: '', prototype: lib.prototype as object, encode, decode: (stored) => decode(lib, stored) },
      ...durationOf(lib),
    ]
  },
}
