import { type Viewed, under, viewedBy } from './view.ts'

/** A method as that of a view: `native` is the language's. */
type Method = (viewed: Viewed<unknown[]>, args: any[], native: Function) => unknown

/**
 * Methods for views of arrays, by those of the language: all that change an array, which would otherwise do so element by
 * element, each a change; and those that look for an element. The others read through the view.
 */
export const arrayMethods = new Map<Function, Function>()

define(['push', 'unshift'], ({ raw, tracker }, items, native) => {
  const first = native === Array.prototype.push ? raw.length : 0
  const length = Reflect.apply(native, raw, adoptedAll({ raw, tracker }, items, first))
  if (items.length > 0) tracker.changed()
  return length
})

define(['pop', 'shift'], ({ raw, tracker }, _, native) => {
  const { length } = raw
  const removed = Reflect.apply(native, raw, [])
  if (length > 0) tracker.changed()
  return tracker.view(removed)
})

define(['splice'], ({ raw, tracker }, [...args], native) => {
  const items = adoptedAll({ raw, tracker }, args.splice(2), placeIn(raw, args[0]))
  const removed: unknown[] = Reflect.apply(native, raw, [...args, ...items])
  if (!isSameList(removed, items)) tracker.changed()
  return removed.map((item) => tracker.view(item))
})

define(['fill'], (viewed, [value, ...range], native) => {
  const [adopted] = adoptedAll(viewed, [value], placeIn(viewed.raw, range[0]))
  return rearranged(viewed, native, [adopted, ...range])
})

define(['reverse', 'copyWithin'], (viewed, args, native) => rearranged(viewed, native, args))

define(['sort'], (viewed, [compare], native) => {
  const { tracker } = viewed
  const ofViews =
    typeof compare === 'function' ? (a: unknown, b: unknown) => compare(tracker.view(a), tracker.view(b)) : compare
  return rearranged(viewed, native, [ofViews])
})

define(['indexOf', 'lastIndexOf', 'includes'], ({ raw }, [wanted, ...from], native) =>
  Reflect.apply(native, raw, [under(wanted), ...from]))

function define(names: readonly string[], method: Method): void {
  for (const name of names) {
    const native: Function = Reflect.get(Array.prototype, name)
    arrayMethods.set(native, function ofView(this: unknown, ...args: unknown[]): unknown {
      const viewed = viewedBy<unknown[]>(this)
      return viewed === undefined ? Reflect.apply(native, this, args) : method(viewed, args, native)
    })
  }
}

/** All of them before the array is changed: one may be refused. */
function adoptedAll({ raw, tracker }: Viewed<unknown[]>, items: readonly unknown[], first: number): unknown[] {
  return items.map((item, index) => tracker.adopted(item, raw, first + index))
}

/** The index that a method starts at: from the end, if it is negative. */
function placeIn({ length }: readonly unknown[], start: unknown): number {
  const index = Math.trunc(Number(start)) || 0
  return index < 0 ? Math.max(length + index, 0) : Math.min(index, length)
}

/** Calls a method that keeps the length. Returns the view. */
function rearranged({ raw, tracker }: Viewed<unknown[]>, native: Function, args: readonly unknown[]): unknown {
  const before = raw.slice()
  Reflect.apply(native, raw, args)
  if (!isSameList(before, raw)) tracker.changed()
  return tracker.view(raw)
}

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false
  // Not with every(), which leaves out holes.
  for (let index = 0; index < one.length; index++) {
    const [item, now] = [one[index], other[index]]
    if (!Object.is(item, now)) return false
    if (item === undefined && index in one !== index in other) return false
  }
  return true
}
