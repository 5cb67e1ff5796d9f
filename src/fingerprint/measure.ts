import { ofExploration } from '../code/exploring.ts'
import { type KeyContext, encodeKeyValue } from '../key/encoder.ts'
import { digestView } from '../native/binding.ts'
import { HeapSink } from '../platform/byte-sink.ts'
import type { EngramError } from '../words/error.ts'

/** Longest value that is compared with its earlier self at every call, in bytes of its form and of hashed buffers. */
export const MOST_COMPARED = 16 * 1024

/** Values that one exploration measures, at most: functions that share a large graph each hold all of it. */
const MOST_MEASURED = 4000
const measured = ofExploration(() => ({ count: 0 }))

/** Whether an exploration has looked at more values than it may. */
export function isExhausted(): boolean {
  return (measured()?.count ?? 0) >= MOST_MEASURED
}

/** What hashing a value takes. */
export interface Measured {
  /** Bytes that are read. */
  readonly size: number
  /** Of the value, in hexadecimal; empty for one that is compared. */
  readonly digest: string
}

/** Measures what `read` gives; says why not, where it cannot be hashed. */
export function measure(label: string, read: () => unknown, keys: KeyContext): Measured | string {
  if (isExhausted()) return `\`${label}\` reaches more than can be looked at`
  const values = measured()
  if (values !== undefined) values.count++
  const sink = new HeapSink(1024)
  let size = 0
  const counting: KeyContext = {
    ...keys,
    digestView(view, into, place) {
      size += view.byteLength
      digestView(view, into, place)
    },
  }
  try {
    const end = encodeKeyValue(sink, 0, read(), label, counting)
    size += end
    return { size, digest: size > MOST_COMPARED ? digestOfBytes(sink, end) : '' }
  } catch (error) {
    const { path = label, message } = error as EngramError
    const [why = ''] = message.slice(path.length).replace(/\.$/, '').split('; ')
    return why.startsWith(' is ') ? `\`${path}\`${why}` : `\`${path}\` cannot be hashed${why}`
  }
}

/** Digest of a value's canonical form, in hexadecimal. Throws ERR_UNHASHABLE. */
export function digestOf(sink: HeapSink, value: unknown, keys: KeyContext): string {
  return digestOfBytes(sink, encodeKeyValue(sink, 0, value, 'captured', keys))
}

function digestOfBytes(sink: HeapSink, end: number): string {
  const digest = new HeapSink(32)
  digestView(sink.bytes.subarray(0, end), digest, 0)
  return digest.bytes.toString('hex', 0, 32)
}
