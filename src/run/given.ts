import { Payload } from '../entry/payload.ts'
import type { KnownValue } from '../entry/stored-value.ts'
import { StandIn, givenHashes, hashes } from '../key/stand-in.ts'
import type { Door } from '../memory/door.ts'
import { isPlainObject } from '../value/plain-object.ts'
import { EngramError } from '../words/error.ts'
import { Digest, type Handed, handPayload } from './handed.ts'

/** Bytes in buffers up to which a value is copied. */
const COPIED = 1 << 20
/** Nothing is kept then. */
const NONE = -1
/** Levels of lists and objects in which values are looked for to which texts are tied. */
const DEEPEST = 8

/** What the program gave: each that loads it gets a copy, where there can be one and it is not too large. */
export function handGiven(value: unknown, door: Door): Handed {
  if (value instanceof Payload) return handPayload(value, door)
  const known = knownOf(value, door, COPIED)
  const digestNow = (): string | undefined => knownOf(value, door, NONE)?.digest
  if (typeof value !== 'object' || value === null || value instanceof StandIn)
    return new GivenHanded(value, known?.digest, undefined, digestNow)
  if (known !== undefined && known.copy === undefined)
    return new LargeHanded(value, known, () => digestNow() === known.digest)
  return new GivenHanded(value, known?.digest, known?.copy, digestNow)
}

/** What the program gave: it counts in keys by what it was when it was given, as all that load it get that. */
class GivenHanded implements Handed {
  readonly digest: string | undefined
  readonly #value: unknown
  readonly #copy: (() => unknown) | undefined
  readonly #digestNow: () => string | undefined

  constructor(
    value: unknown,
    digest: string | undefined,
    copy: (() => unknown) | undefined,
    digestNow: () => string | undefined,
  ) {
    this.digest = digest
    this.#value = value
    this.#copy = copy
    this.#digestNow = digestNow
  }

  /** The very value while it is unchanged: to it a text of the user's may be tied. */
  get standIn(): unknown {
    return this.#copy === undefined || this.#digestNow() === this.digest ? this.#value : this.#copy()
  }

  load(): unknown {
    return this.#copy === undefined ? this.#value : this.#copy()
  }

  payload(): Payload {
    return new Payload(this.load())
  }
}

/** What the program gave, and is too large to be copied: all that load it get the very value, unless it has changed. */
class LargeHanded extends Digest implements Handed {
  readonly digest: string
  readonly byteLength: number
  readonly #value: object
  readonly #isUnchanged: () => boolean

  constructor(value: object, { digest, byteLength }: KnownValue, isUnchanged: () => boolean) {
    super()
    this.digest = digest
    this.byteLength = byteLength
    this.#value = value
    this.#isUnchanged = isUnchanged
  }

  /** Its digest, as of a result; the very value where texts of the user's are tied to it. */
  get standIn(): unknown {
    const isItself = hashes.areGiven && isTied(this.#value, DEEPEST) && this.#isUnchanged()
    return isItself ? this.#value : this
  }

  load(): unknown {
    if (this.#isUnchanged()) return this.#value
    throw changed(this.byteLength)
  }

  payload(): Payload {
    return new Payload(this.load())
  }
}

function changed(byteLength: number): EngramError {
  const what = `A value of ${(byteLength / 2 ** 20).toFixed(0)} MiB was changed after it was given to a run, and before the run used it`
  const fix = 'It is too large to be copied: give a copy (array.slice()), or change it when the run is over.'
  return new EngramError('ERR_INPUT_CHANGED', `${what}. ${fix}`)
}

/** Whether a text of the user's stands for it in keys, or for a part of it. */
function isTied(value: object, depth: number): boolean {
  if (givenHashes.has(value)) return true
  if (depth === 0 || !(isPlainObject(value) || Array.isArray(value))) return false
  return Object.values(value).some((one) => typeof one === 'object' && one !== null && isTied(one as object, depth - 1))
}

/** Undefined for what cannot be stored. */
function knownOf(value: unknown, door: Door, mostInBuffers: number): KnownValue | undefined {
  try {
    return door.know(value, mostInBuffers)
  } catch {
    return undefined
  }
}
