/** Members that a value may have. */
const MOST_MEMBERS = 16
/** Characters that its texts may have, all together. */
const MOST_TEXT = 256

/** How a small value is copied: undefined for values that are not small. */
export const COPY = { asItIs: 0, members: 1, elements: 2 } as const
export type Copy = (typeof COPY)[keyof typeof COPY]

/**
 * How a value is copied that is small: a primitive, or a plain object or array of some primitives. Undefined for all
 * others: they are decoded anew each time.
 */
export function copyingOf(value: unknown): Copy | undefined {
  if (isSmall([value])) return COPY.asItIs
  if (typeof value !== 'object' || value === null) return undefined
  const keys = Reflect.ownKeys(value)
  if (Array.isArray(value)) {
    // All its keys but one, which is 'length'.
    const isDense = value.length <= MOST_MEMBERS && keys.length === value.length + 1
    return isDense && isSmall(value) ? COPY.elements : undefined
  }
  if (Object.getPrototypeOf(value) !== Object.prototype || keys.length > MOST_MEMBERS) return undefined
  return isSmall(keys.map((key) => (value as Record<PropertyKey, unknown>)[key])) ? COPY.members : undefined
}

/** A copy that is the caller's to change. */
export function copied(value: unknown, copy: Copy): unknown {
  if (copy === COPY.asItIs) return value
  return copy === COPY.members ? { ...(value as object) } : (value as unknown[]).slice()
}

function isSmall(values: readonly unknown[]): boolean {
  let text = 0
  for (const value of values) {
    if (typeof value === 'string') text += value.length
    else if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') return false
    else if (typeof value === 'object' && value !== null) return false
  }
  return text <= MOST_TEXT
}
