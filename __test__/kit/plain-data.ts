import fc from 'fast-check'

/** A few values, so that chance makes equal ones. Undefined is among them where `withUndefined`. */
const scalars = (withUndefined: boolean): fc.Arbitrary<unknown> =>
  fc.constantFrom<unknown>(0, -0, 1, 2, NaN, '', 'a', 'lr', true, null, 3n, ...(withUndefined ? [undefined] : []))

export const keys = fc.constantFrom('a', 'lr', 'odd name', '0', '')

/** Values that may be state: with containers of every kind in one another. */
export function plainData(withUndefined = true): fc.Arbitrary<unknown> {
  const scalar = scalars(withUndefined)
  return fc.letrec<{ data: unknown }>((tie) => ({
    data: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      scalar,
      fc.array(tie('data'), { maxLength: 4 }),
      fc.dictionary(keys, tie('data'), { maxKeys: 4 }),
      fc.array(fc.tuple(scalar, tie('data')), { maxLength: 3 }).map((entries) => new Map(entries)),
      fc.array(scalar, { maxLength: 3 }).map((elements) => new Set(elements)),
      fc.integer({ min: 0, max: 3 }).map((time) => new Date(time)),
      fc.uint8Array({ maxLength: 2 }),
    ),
  })).data
}

/** Which of the containers of a value is changed, and how. */
export interface Change {
  /** Chooses a container: the how manieth. */
  readonly place: number
  /** Chooses what is done to it, among what can be done to one of its kind. */
  readonly act: number
  readonly key: string
  readonly number: number
  readonly value: unknown
  /** Chooses a part of the whole that is set in place of `value`: below zero none. */
  readonly part: number
}

export function changes(withUndefined = true): fc.Arbitrary<Change> {
  return fc.record({
    place: fc.nat({ max: 30 }),
    act: fc.nat({ max: 60 }),
    key: keys,
    number: fc.nat({ max: 4 }),
    value: plainData(withUndefined),
    part: fc.integer({ min: -6, max: 10 }),
  })
}

/** Makes a change, to plain data or to views of them: what a program would do. Returns what the method gave. */
export function makeChange(root: object, change: Change, withUndefined = true): unknown {
  const containers = containersIn(root)
  const target = containers[change.place % containers.length]!
  const value = valueOf(change, containers, target)
  if (Array.isArray(target)) return changeArray(target, change, value, withUndefined)
  if (target instanceof Map) return changeMap(target, change, value)
  if (target instanceof Set) return changeSet(target, change)
  if (target instanceof Date) return target.setMilliseconds(change.number)
  return changeObject(target as Record<string, unknown>, change, value)
}

/** What `makeChange` changes. */
export function targetOf(root: object, { place }: Change): object {
  const containers = containersIn(root)
  return containers[place % containers.length]!
}

/** A list that differs, by Object.is, where a container has other members than before, or in another order. */
export function membersOf(container: object): unknown[] {
  if (container instanceof Map) return [...container].flat()
  if (container instanceof Set) return [...container]
  return container instanceof Date ? [container.getTime()] : Object.entries(container).flat()
}

function valueOf({ part, value }: Change, containers: readonly object[], target: object): unknown {
  const found = part < 0 ? undefined : containers[part % containers.length]
  // A container may not be a part of itself.
  if (found === undefined || containersIn(found).includes(target)) return structuredClone(value)
  return part % 2 === 0 ? found : [found, { deeper: found }]
}

/** All containers in a value, and Dates, in their order; each once. */
function containersIn(root: object, found: object[] = []): object[] {
  if (found.includes(root) || ArrayBuffer.isView(root)) return found
  found.push(root)
  if (root instanceof Date || root instanceof Set) return found
  for (const part of root instanceof Map ? root.values() : Object.values(root)) {
    if (typeof part === 'object' && part !== null) containersIn(part, found)
  }
  return found
}

function changeObject(target: Record<string, unknown>, { act, key }: Change, value: unknown): unknown {
  if (act % 4 === 0) return delete target[key]
  if (act % 4 === 1)
    return Reflect.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
  target[key] = value
  return value
}

function changeMap(target: Map<unknown, unknown>, { act, key, number }: Change, value: unknown): unknown {
  if (act % 8 === 0) return target.clear()
  if (act % 4 === 1) return target.delete(act % 8 === 1 ? key : number)
  return target.set(act % 2 === 0 ? key : number, value)
}

function changeSet(target: Set<unknown>, { act, key, number }: Change): unknown {
  if (act % 8 === 0) return target.clear()
  return act % 2 === 0 ? target.delete(number) : target.add(act % 4 === 1 ? key : number)
}

function changeArray(target: unknown[], { act, number }: Change, value: unknown, withUndefined: boolean): unknown {
  const { length } = target
  const text = (one: unknown): string => (typeof one === 'object' ? 'object' : String(one))
  const acts: (() => unknown)[] = [
    () => target.push(value),
    () => target.push(value, number),
    () => target.push(),
    () => target.pop(),
    () => target.shift(),
    () => target.unshift(value),
    () => target.splice(number, 1, value),
    () => target.splice(-number, number % 2),
    () => target.splice(number, 0, value, number),
    () => target.reverse(),
    () => target.sort((one, other) => (text(one) < text(other) ? -1 : 1)),
    () => target.fill(value, number),
    () => target.copyWithin(0, number),
    () => (target.length = Math.min(number, length)),
    () => (length === 0 ? undefined : (target[number % length] = value)),
    () => (withUndefined ? (target[number] = value) : undefined),
  ]
  return acts[act % acts.length]!()
}
