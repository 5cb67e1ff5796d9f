import { createHash } from 'node:crypto'
import { type DigestView, type KeyContext, encodeArguments } from '../../src/key/encoder.ts'
import { HeapSink } from '../../src/platform/byte-sink.ts'
import { TypeRegistry } from '../../src/value/type-registry.ts'
import { plainKeyContext } from '../kit/key-context.ts'

export class Point {
  readonly x: number
  readonly y: number

  constructor(x: number, y: number) {
    this.x = x
    this.y = y
  }
}

/** Knows Point. */
export const types = new TypeRegistry()
types.register(Point, {
  name: 'Point',
  encode: ({ x, y }) => ({ x, y }),
  decode: ({ x, y }: Point) => new Point(x, y),
})

/** Any digest of 32 bytes tells views apart as well as the core's does. */
export const digestView: DigestView = (view, sink, at) => {
  sink.bytes.set(createHash('sha256').update(view).digest(), at)
}

/** What keys are made with where no function has a form. */
export function contextOf(known: TypeRegistry, digest = digestView): KeyContext {
  return plainKeyContext(known, digest)
}

/** Canonical form of an argument list, in hex. */
export function keyOf(...args: readonly unknown[]): string {
  return formOf(args, digestView)
}

/** The same with a digest of one's own; the sink begins too small for anything, so that every form has to grow it. */
export function formOf(args: readonly unknown[], digest: DigestView): string {
  const sink = new HeapSink(1)
  const end = encodeArguments(sink, 0, args, contextOf(types, digest))
  return sink.bytes.toString('hex', 0, end)
}
