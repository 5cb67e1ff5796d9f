/** Members that a value may have, those of what lies within it included. */
const MOST_MEMBERS = 32
/** Characters that its texts may have, all together. */
const MOST_TEXT = 512

type Members = Record<PropertyKey, unknown>

/** A small value as it is kept: a primitive, or a plain object or array of small values in which no object comes twice. */
export class FrontValue {
  /** Nobody else's, but for the objects within, of which copies have copies of their own. */
  readonly #own: unknown
  readonly #isObject: boolean
  readonly #isArray: boolean
  readonly #inner: readonly (readonly [PropertyKey, FrontValue])[]

  constructor(own: unknown, inner: readonly (readonly [PropertyKey, FrontValue])[]) {
    this.#isObject = typeof own === 'object' && own !== null
    this.#isArray = Array.isArray(own)
    this.#own = shallowCopy(own, this.#isArray)
    this.#inner = inner
  }

  /** A copy that is the caller's to change. */
  copy(): unknown {
    return this.#isObject ? this.#copyObject() : this.#own
  }

  #copyObject(): unknown {
    const copy = shallowCopy(this.#own, this.#isArray)
    const inner = this.#inner
    for (let i = 0; i < inner.length; i++) {
      const [name, value] = inner[i]!
      ;(copy as Members)[name] = value.copy()
    }
    return copy
  }
}

/** The value as it is kept; undefined for one that is not small, and is decoded anew each time. */
export function frontValueOf(value: unknown): FrontValue | undefined {
  return keptOf(value, { members: 0, text: 0, met: new Set() })
}

interface Size {
  members: number
  text: number
  readonly met: Set<object>
}

function keptOf(value: unknown, size: Size): FrontValue | undefined {
  if (!isKept(value, size)) return undefined
  if (typeof value !== 'object' || value === null) return new FrontValue(value, [])
  const inner: [PropertyKey, FrontValue][] = []
  for (const name of membersOf(value)) {
    const member = (value as Members)[name]
    const kept = typeof member === 'object' && member !== null ? keptOf(member, size) : isKept(member, size)
    if (kept === undefined || kept === false) return undefined
    if (kept !== true) inner.push([name, kept])
  }
  return new FrontValue(value, inner)
}

/** Whether a value may be kept, but for what lies within it; counts it. */
function isKept(value: unknown, size: Size): boolean {
  if (++size.members > MOST_MEMBERS) return false
  switch (typeof value) {
    case 'string':
      return (size.text += value.length) <= MOST_TEXT
    case 'object':
      return value === null || (isPlain(value) && size.met.size < size.met.add(value).size)
    case 'number':
    case 'boolean':
    case 'undefined':
      return true
    default:
      return false
  }
}

/** An object or an array that a shallow copy is like. */
function isPlain(value: object): boolean {
  if (!Object.isExtensible(value)) return false
  if (!Array.isArray(value)) return Object.getPrototypeOf(value) === Object.prototype
  // All elements, and 'length'.
  return value.length < MOST_MEMBERS && Reflect.ownKeys(value).length === value.length + 1
}

function membersOf(value: object): PropertyKey[] {
  return Array.isArray(value) ? Array.from(value.keys(), String) : Reflect.ownKeys(value)
}

function shallowCopy(value: unknown, isArray: boolean): unknown {
  if (typeof value !== 'object' || value === null) return value
  return isArray ? (value as unknown[]).slice() : { ...value }
}
