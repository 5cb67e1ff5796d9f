import { provideFiles } from '../entry/live-file.ts'
import { Payload, type StoredPlace, noteStored, placeOf, storedPayload } from '../entry/payload.ts'
import { type Store, translating } from '../native/binding.ts'
import type { TypeRegistry } from '../value/type-registry.ts'
import { EngramError } from '../words/error.ts'

/** A payload in a result, as it is stored: what `toJSON` gives. */
type StoredReference = ReturnType<Payload['toJSON']>

/** Has a memory store files and payloads that are in results: by where they are, and by what they were. */
export function provideLiveCodecs(
  types: TypeRegistry,
  store: () => Store | undefined,
  payloadOf: <T>(value: T) => Payload<T>,
): void {
  const { live } = types
  provideFiles(types)
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

/** A payload that holds its value itself, or is another memory's, is stored with the result that it is in. */
function storedHere(payload: Payload, types: TypeRegistry, payloadOf: (value: unknown) => Payload): Payload {
  if (placeOf(payload)?.types === types) return payload
  const stored = payloadOf(payload.value)
  const place = placeOf(stored)
  if (place !== undefined) {
    // What is a part of a state is written again and again: not hashed each time.
    if (placeOf(payload) === undefined) noteStored(payload, place)
    return stored
  }
  throw new EngramError('ERR_UNSERIALIZABLE', 'A payload is in the result whose value could not be stored.')
}

function referenceTo(name: string, store: Store | undefined): StoredPlace['native'] {
  const native = store === undefined ? null : translating(() => store.reference(name))
  if (native === null) throw new EngramError('ERR_CORRUPT', `'${name}' is not the name of an entry.`)
  return native
}
