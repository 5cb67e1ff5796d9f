import { encodeKeyValue } from '../key/encoder.ts'
import { digestView } from '../native/binding.ts'
import { HeapSink } from '../platform/byte-sink.ts'
import type { TypeRegistry } from '../value/type-registry.ts'

/** Longest value that is compared with its earlier self at every call, in bytes of its form and of hashed buffers. */
export const MOST_COMPARED = 16 * 1024

/** How many bytes hashing a value reads; why not, where it cannot be hashed. */
export function measure(
  label: string,
  read: () => unknown,
  types: TypeRegistry,
): { size: number; digest: string } | string {
  const sink = new HeapSink(1024)
  let size = 0
  try {
    const end = encodeKeyValue(sink, 0, read(), label, types, (view, into, place) => {
      size += view.byteLength
      digestView(view, into, place)
    })
    size += end
    return { size, digest: size > MOST_COMPARED ? digestOfBytes(sink, end) : '' }
  } catch (error) {
    return (error as Error).message.replace(`${label}: `, '')
  }
}

/** Digest of a value's canonical form, in hexadecimal. Throws ERR_UNHASHABLE. */
export function digestOf(sink: HeapSink, value: unknown, types: TypeRegistry): string {
  return digestOfBytes(sink, encodeKeyValue(sink, 0, value, 'captured', types, digestView))
}

function digestOfBytes(sink: HeapSink, end: number): string {
  const digest = new HeapSink(32)
  digestView(sink.bytes.subarray(0, end), digest, 0)
  return digest.bytes.toString('hex', 0, 32)
}
