import type { CallContext } from '../call/context.ts'
import { type RecordRow, decodeRow, encodeRow, encodeRows } from '../entry/record.ts'
import { type NativeRecordRow, type RecordFilter, type RecordId, type Store, translating } from '../native/binding.ts'
import type { TypeRegistry } from '../value/type-registry.ts'

/** The most records that one question brings. */
const ALL = 0xffff_ffff

/** A record and what is kept of it. */
export interface KeptRecord {
  readonly record: RecordId
  readonly value: unknown
}

/** A part of a record. */
export interface KeptPart {
  readonly part: string
  readonly value: unknown
}

/**
 * What families keep of what happened, beside the entries: runs with their calls, the state of apps. Records are small,
 * are listed by kind, name and time, count nowhere as results, and stay when entries are dropped.
 */
export class Records {
  readonly #store: () => Store | undefined
  readonly #types: TypeRegistry
  readonly #context: CallContext

  constructor(store: () => Store | undefined, types: TypeRegistry, context: CallContext) {
    this.#store = store
    this.#types = types
    this.#context = context
  }

  /**
   * Writes rows, all or none. Of the records that are among them, only the `keep` newest of their kind and name stay, from 1
   * on. A store that cannot be written is met as with calls; says whether they are written. Throws ERR_UNSERIALIZABLE for a value
   * that cannot be stored, or of over 32 KiB.
   */
  write(rows: readonly RecordRow[], keep: number): boolean {
    return this.writeEncoded(encodeRows(rows, this.#types), keep)
  }

  /** The same of rows whose values are encoded. */
  writeEncoded(encoded: NativeRecordRow[], keep: number): boolean {
    const store = this.#store()
    if (store === undefined || this.#context.mode === 'readOnly') return false
    const [first] = encoded
    const about = first?.record.name ?? ''
    const write = (): boolean => {
      store.writeRecords(encoded, keep)
      return true
    }
    return this.#context.trouble.answer(write, false, about)
  }

  /** What `writeEncoded` takes, and `decode` reads. Throws ERR_UNSERIALIZABLE for a value that cannot be stored, or of over 32 KiB. */
  encode(value: unknown): Buffer {
    return encodeRow(value, this.#types)
  }

  decode(bytes: Buffer): unknown {
    return decodeRow(bytes, this.#types)
  }

  /** The newest records that match, newest first; those that cannot be read are left out. */
  list(filter: RecordFilter, limit = ALL): KeptRecord[] {
    const found = translating(() => this.#store()?.records(filter, limit)) ?? []
    return this.#read(found)
  }

  /** The parts of a record, in the order of their names' bytes; those that cannot be read are left out. */
  parts(record: RecordId): KeptPart[] {
    const found = translating(() => this.#store()?.recordParts(record)) ?? []
    return this.#read(found)
  }

  /** Drops the records that match, with their parts; says how many. */
  drop(filter: RecordFilter): number {
    const store = this.#store()
    if (store === undefined || this.#context.mode === 'readOnly') return 0
    return translating(() => store.dropRecords(filter))
  }

  #read<T extends { value: Buffer }>(found: readonly T[]): (Omit<T, 'value'> & { value: unknown })[] {
    return found.flatMap((one) => {
      try {
        return [{ ...one, value: decodeRow(one.value, this.#types) }]
      } catch {
        return []
      }
    })
  }
}
