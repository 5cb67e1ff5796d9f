import { bytesOfBlob } from '../value/blob-bytes.ts'
import { temporalKindOf, temporalText } from '../value/temporal.ts'
import { webKindOf } from '../value/web-kind.ts'
import { encodeError } from './error.ts'
import { KeyFailure } from './failure.ts'
import { TAG_PLATFORM } from './tag.ts'
import { writeText } from './text.ts'
import type { EncodeValue, KeyWalk } from './walk.ts'

/** Data of classes that the runtime brings besides those of the language: of the web, and of `Temporal`. Undefined for others. */
export function encodePlatformObject(
  walk: KeyWalk,
  position: number,
  value: object,
  prototype: object,
  encodeValue: EncodeValue,
): number | undefined {
  const kind = webKindOf(value, prototype)
  if (kind === 'DOMException') return encodeError(walk, position, value as DOMException, kind, encodeValue)
  const write = (name: string, content: unknown): number =>
    encodeValue(walk, writeText(walk, walk.writeTag(position, TAG_PLATFORM), name), content)
  // A class derived from it may tell something else.
  const own = (name: string): unknown => Reflect.get(prototype, name, value)
  switch (kind) {
    case 'Headers':
    case 'FormData':
      return write(kind, [...(Reflect.get(prototype, Symbol.iterator) as () => Iterable<unknown>).call(value)])
    case 'Blob':
      return write(kind, [own('type'), bytesOf(value as Blob)])
    case 'File':
      return write(kind, [own('name'), own('lastModified'), own('type'), bytesOf(value as File)])
    default: {
      const temporal = temporalKindOf(value, prototype)
      return temporal && write(`Temporal.${temporal}`, temporalText(value, temporal))
    }
  }
}

function bytesOf(blob: Blob): Uint8Array {
  const bytes = bytesOfBlob(blob)
  if (bytes === undefined) {
    throw new KeyFailure(
      'the bytes of this Blob are not in memory, so that they cannot be hashed within the call; pass `await blob.arrayBuffer()`, or `fileOf(path)` for a file.',
    )
  }
  return bytes
}
