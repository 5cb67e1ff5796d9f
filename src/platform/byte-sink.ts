/**
 * Growable bytes that the encoders append to. The position travels through the encoders' arguments and results, so
 * that it lives in registers rather than in a field.
 */
export interface ByteSink {
  /** Replaced by `grow`: read it again afterwards. */
  bytes: Buffer
  /** Over the same memory as `bytes`. */
  view: DataView
  /** Makes room for `needed` bytes from `used` on, keeping the first `used` bytes. */
  grow(used: number, needed: number): void
}

/** A sink of its own memory, for bytes that the core does not need to see. */
export class HeapSink implements ByteSink {
  bytes: Buffer
  view: DataView

  constructor(capacity = 1024) {
    this.bytes = Buffer.allocUnsafeSlow(capacity)
    this.view = viewOf(this.bytes)
  }

  grow(used: number, needed: number): void {
    const grown = Buffer.allocUnsafeSlow(grownCapacity(used, needed))
    this.bytes.copy(grown, 0, 0, used)
    this.bytes = grown
    this.view = viewOf(grown)
  }
}

/** Doubling keeps the cost of growing proportional to the bytes written. */
export function grownCapacity(used: number, needed: number): number {
  return Math.max(used * 2, used + needed, 1024)
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
