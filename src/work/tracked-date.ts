import { type Tracker, noteView, viewedBy } from './view.ts'

/**
 * A Date with the time of the one that it is a view of. No Proxy: `new Date(view)` and libraries look at the inside of a
 * Date, and would take a Proxy's time without its milliseconds, or refuse it.
 */
class DateView extends Date {}

// To who asks for the class of a view, it is that of what lies under it.
Object.defineProperty(DateView.prototype, 'constructor', { value: Date, configurable: true, writable: true })

for (const name of Object.getOwnPropertyNames(Date.prototype)) if (name.startsWith('set')) defineSetter(name)

function defineSetter(name: string): void {
  const set: (...values: number[]) => number = Reflect.get(Date.prototype, name)
  function setSeen(this: Date, ...values: number[]): number {
    const { raw, tracker } = viewedBy<Date>(this)!
    const before = raw.getTime()
    const time = Reflect.apply(set, raw, values)
    sameDate(this, raw)
    if (!Object.is(before, time)) tracker.changed()
    return time
  }
  Object.defineProperty(DateView.prototype, name, { value: setSeen, configurable: true, writable: true })
}

export function dateView(raw: Date, tracker: Tracker): Date {
  const view = new DateView(raw)
  noteView(view, { raw, tracker })
  return view
}

/** Gives a view the time of what lies under it, which may have been changed without it. */
export function sameDate(view: Date, raw: Date): Date {
  Date.prototype.setTime.call(view, raw.getTime())
  return view
}
