import type { CodePart } from '../fingerprint/parts.ts'
import { type KeyContext, encodeKeyValue } from '../key/encoder.ts'
import type { NativeEntries } from '../native/binding.ts'
import { HeapSink } from '../platform/byte-sink.ts'

type Described = Parameters<NativeEntries['describe']>[0][number]

/** A function's code, as far as it is in keys. */
export interface ToldCode {
  readonly parts: () => CodePart[]
  /** What they are encoded with. */
  readonly keys: KeyContext
}

/** The parts that a function's code is made of, which the core hears of once: it explains misses by them. */
export class ToldParts {
  readonly #native: NativeEntries
  readonly #keepsValues: boolean
  /** Until it was told. */
  #code: ToldCode | undefined

  /** `keepsValues`: whether short texts of values are kept. */
  constructor(native: NativeEntries, { keepsValues, code }: { keepsValues: boolean; code: ToldCode | undefined }) {
    this.#native = native
    this.#keepsValues = keepsValues
    this.#code = code
  }

  /** To be called before the function runs, as that may change what it captured. */
  tell(): void {
    const code = this.#code
    if (code === undefined) return
    this.#code = undefined
    try {
      this.#native.describe(this.#described(code))
    } catch {
      // What only explains must not end a call, which may hold a lease by now.
    }
  }

  #described({ parts, keys }: ToldCode): Described[] {
    return parts().flatMap(({ kind, name, value, isShown }) => {
      const form = formOf(value, keys)
      return form === undefined ? [] : [{ kind, name, form, isShown: isShown && this.#keepsValues }]
    })
  }
}

function formOf(value: unknown, keys: KeyContext): Buffer | undefined {
  const sink = new HeapSink(64)
  try {
    const end = encodeKeyValue(sink, 0, value, 'captured', keys)
    return sink.bytes.subarray(0, end)
  } catch {
    // It was hashed a moment ago, and may throw now.
    return undefined
  }
}
