import { type DataKind, isPrimitive, kindOf } from './data-kind.ts'
import { raw } from './raw.ts'
import { collectionView } from './tracked-collection.ts'
import { dateView, sameDate } from './tracked-date.ts'
import { recordView } from './tracked-record.ts'
import { type Tracker, under } from './view.ts'

export { raw } from './raw.ts'

export interface Tracking {
  /** After a change was made. Once for each call of a method, however much it changes. */
  changed(): void
  /**
   * Before a value becomes a part of `container` (a raw one), as its member `key` (of an array the index, of a Map the key,
   * `undefined` for a key itself and for the elements of a Set). Throws where that may not be; nothing is changed then. It
   * is not asked about primitives. There may be views in the value: `checkPlainData` looks under them, and with
   * `container` as its `within` it finds what would become a part of itself.
   */
  check?(value: unknown, container: object, key: unknown): void
}

const trackers = new WeakMap<object, Tracker>()

/**
 * A view of a value: it reads as the value does, changes go to the value, and `changed` is called after each, however deep
 * and in place: of properties, elements, Maps, Sets and Dates. Nothing is called where nothing changes: setting what is
 * there already (by Object.is), deleting what is not, sorting what is sorted.
 *
 * - What is read through a view are views in turn. One object has one view for each `changed` (or tracking), so `===` holds
 *   among views; `includes`, `indexOf`, `has` and `get` take views and raw values alike.
 * - What is stored through a view is stored raw (see `raw`), so there are no views in what lies under one.
 * - Seen are changes through the view. Changes of the raw value are not, nor is what happens inside of typed arrays,
 *   Buffers, DataViews, URLs and regular expressions, which are given as they are: set the field again, to a new one.
 * - Instances of classes (Payloads, other components) are given as they are.
 * - A view of a Map or Set is one to `instanceof`, and by its methods; not to what looks at the inside of objects, as
 *   `structuredClone` does: give that `raw(view)`. The same for all views of objects and arrays. One of a Date is a Date.
 * - Properties with getters, and the like, that are no plain data cannot be defined through a view, and nothing can be
 *   frozen through one (ERR_WORK). What was frozen before is read as ever.
 */
export function tracked<T>(value: T, tracking: Tracking | (() => void)): T {
  if (isPrimitive(value)) return value
  return trackerOf(tracking).view(under(value))
}

function trackerOf(tracking: Tracking | (() => void)): Tracker {
  let tracker = trackers.get(tracking)
  if (tracker === undefined) {
    tracker = new ViewTracker(typeof tracking === 'function' ? { changed: tracking } : tracking)
    trackers.set(tracking, tracker)
  }
  return tracker
}

class ViewTracker implements Tracker {
  readonly #tracking: Tracking
  /** By what lies under them. */
  readonly #views = new WeakMap<object, object>()

  constructor(tracking: Tracking) {
    this.#tracking = tracking
  }

  view<T>(value: T): T {
    if (typeof value !== 'object' || value === null) return value
    const known = this.#views.get(value)
    if (known === undefined) return this.#newView(value) as T
    // Asked of the value: of a Proxy it is slow to ask.
    return (value instanceof Date ? sameDate(known as Date, value) : known) as T
  }

  adopted(value: unknown, container: object, key: unknown): unknown {
    if (isPrimitive(value)) return value
    this.#tracking.check?.(value, container, key)
    return raw(value)
  }

  changed(): void {
    this.#tracking.changed()
  }

  #newView(value: object): object {
    const view = viewOfKind(kindOf(value), value, this)
    if (view === undefined) return value
    this.#views.set(value, view)
    return view
  }
}

function viewOfKind(kind: DataKind | undefined, value: object, tracker: Tracker): object | undefined {
  if (kind === 'object' || kind === 'array') return recordView(value, tracker)
  if (kind === 'map' || kind === 'set') return collectionView(value as Map<unknown, unknown> | Set<unknown>, tracker)
  return kind === 'date' ? dateView(value as Date, tracker) : undefined
}
