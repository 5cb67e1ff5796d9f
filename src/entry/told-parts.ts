import type { CodePart } from '../fingerprint/parts.ts'
import { type KeyContext, encodeKeyValue } from '../key/encoder.ts'
import type { NativeEntries } from '../native/binding.ts'
import { HeapSink } from '../platform/byte-sink.ts'

type Described = Parameters<NativeEntries['describe']>[0][number]

/** The parts that a function's code is made of, which the core hears of once: it explains misses by them. */
export class ToldParts {
  readonly #native: NativeEntries
  readonly #keys: KeyContext
  readonly #keepsValues: boolean
  /** Until they were told. */
  #parts: (() => CodePart[]) | undefined

  /** `keepsValues`: whether short texts of values are kept. */
  constructor(
    native: NativeEntries,
    { keys, keepsValues, parts }: { keys: KeyContext; keepsValues: boolean; parts: (() => CodePart[]) | undefined },
  ) {
    this.#native = native
    this.#keys = keys
    this.#keepsValues = keepsValues
    this.#parts = parts
  }

  /** To be called before the function runs, as that may change what it captured. */
  tell(): void {
    const parts = this.#parts
    if (parts === undefined) return
    this.#parts = undefined
    try {
      this.#native.describe(this.#described(parts()))
    } catch {
      // What only explains must not end a call, which may hold a lease by now.
    }
  }

  #described(parts: readonly CodePart[]): Described[] {
    return parts.flatMap(({ kind, name, value, isShown }) => {
      const form = this.#formOf(value)
      return form === undefined ? [] : [{ kind, name, form, isShown: isShown && this.#keepsValues }]
    })
  }

  #formOf(value: unknown): Buffer | undefined {
    const sink = new HeapSink(64)
    try {
      const end = encodeKeyValue(sink, 0, value, 'captured', this.#keys)
      return sink.bytes.subarray(0, end)
    } catch {
      // It was hashed a moment ago, and may throw now.
      return undefined
    }
  }
}
