import { Payload, type StoredPlace, placeOf, storedPayload } from '../entry/payload.ts'
import { FileRef } from '../fingerprint/file-ref.ts'
import { type Store, translating } from '../native/binding.ts'
import type { TypeRegistry } from '../value/type-registry.ts'
import { EngramError } from '../words/error.ts'

/** A file in a result, as it is stored. */
interface StoredFile {
  readonly path: string
  /** As `FileRef.form` gave it. */
  readonly form: string
}

/** A payload in a result, as it is stored: what `toJSON` gives. */
type StoredReference = ReturnType<Payload['toJSON']>

/** Has a memory store files and payloads that are in results: by where they are, and by what they were. */
export function provideLiveCodecs(
  types: TypeRegistry,
  store: () => Store | undefined,
  payloadOf: <T>(value: T) => Payload<T>,
): void {
  const { live } = types
  types.provide(FileRef, {
    name: 'engram.file',
    encode(file): StoredFile {
      live.encoded++
      return { path: file.path, form: file.form() }
    },
    decode({ path, form }: StoredFile) {
      const file = new FileRef(path)
      live.note({ isUnchanged: () => formOf(file) === form })
      return file
    },
  })
  types.provide(Payload<unknown>, {
    name: 'engram.payload',
    encode(payload): StoredReference {
      live.encoded++
      return storedHere(payload, types, payloadOf).toJSON()
    },
    decode({ payload: name, digest, byteLength }: StoredReference) {
      const payload = storedPayload({ native: referenceTo(name, store()), types, digest, byteLength })
      live.note({ isUnchanged: () => payload.exists() })
      return payload
    },
  })
}

/** A file that cannot be read is none that was returned. */
function formOf(file: FileRef): string | undefined {
  try {
    return file.form()
  } catch {
    return undefined
  }
}

/** A payload that holds its value itself, or is another memory's, is stored with the result that it is in. */
function storedHere(payload: Payload, types: TypeRegistry, payloadOf: (value: unknown) => Payload): Payload {
  if (placeOf(payload)?.types === types) return payload
  const stored = payloadOf(payload.value)
  if (placeOf(stored) !== undefined) return stored
  throw new EngramError('ERR_UNSERIALIZABLE', 'A payload is in the result whose value could not be stored.')
}

function referenceTo(name: string, store: Store | undefined): StoredPlace['native'] {
  const native = store === undefined ? null : translating(() => store.reference(name))
  if (native === null) throw new EngramError('ERR_CORRUPT', `'${name}' is not the name of an entry.`)
  return native
}
