import fc from 'fast-check'

const leaf = fc.oneof(
  fc.constantFrom(undefined, null, true, false, 0, -0, NaN, '', '0'),
  fc.double(),
  fc.integer({ min: -3, max: 3 }),
  fc.bigInt({ min: -3n, max: 2n ** 70n }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.date({ noInvalidDate: false }),
  fc.uint8Array({ maxLength: 3 }),
  fc.float64Array({ maxLength: 2 }),
  fc.constantFrom(/a/, /a/g, /b/),
)

/** Any value of JavaScript's own types whose equality node:util decides as the key does. */
export const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom('a', 'b', '1', '__proto__'), fc.string({ maxLength: 3 })), tie('value'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => new Set(items)),
    fc.array(fc.tuple(leaf, tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
  ),
})).value

/** A deep copy whose every object, Map and Set lists its content in another order. */
export function shuffled(original: unknown, seed: number): unknown {
  let state = seed
  const random = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff)
  return copied(original, (items) =>
    items
      .map((item) => [random(), item] as const)
      .sort((a, b) => a[0] - b[0])
      .map(([, item]) => item),
  )
}

/** A deep copy that shares no object with the original. */
export function copied(original: unknown, arrange = <T>(items: T[]): T[] => items): unknown {
  const copy = (part: unknown): unknown => copied(part, arrange)
  if (Array.isArray(original)) return original.map(copy)
  if (original instanceof Map)
    return new Map(arrange([...original].map(([key, item]) => [copy(key), copy(item)] as const)))
  if (original instanceof Set) return new Set(arrange([...original].map(copy)))
  return isRecord(original)
    ? recordOf(arrange(Object.entries(original)).map(([name, item]) => [name, copy(item)]))
    : structuredClone(original)
}

/** The value with the part that comes `place` parts after the first replaced. */
export function withOneChange(original: unknown, place: number, replacement: unknown): unknown {
  let left = place % countParts(original)
  const change = (part: unknown): unknown => {
    if (left-- === 0) return replacement
    if (Array.isArray(part)) return part.map(change)
    if (part instanceof Map) return new Map([...part].map(([key, item]) => [key, change(item)]))
    if (part instanceof Set) return new Set([...part].map(change))
    return isRecord(part) ? recordOf(Object.entries(part).map(([name, item]) => [name, change(item)])) : part
  }
  return change(original)
}

function countParts(original: unknown): number {
  return 1 + partsOf(original).reduce<number>((count, part) => count + countParts(part), 0)
}

function partsOf(original: unknown): unknown[] {
  if (original instanceof Map || original instanceof Set || Array.isArray(original)) return [...original.values()]
  return isRecord(original) ? Object.values(original) : []
}

function isRecord(original: unknown): original is Record<string, unknown> {
  return typeof original === 'object' && original !== null && Object.getPrototypeOf(original) === Object.prototype
}

/** Takes `__proto__` as a name like any other. */
function recordOf(entries: (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries)
}
