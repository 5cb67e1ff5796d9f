/** What all views of one `Tracking` have in common. */
export interface Tracker {
  /** The view of what is read: of a container or a Date; anything else as it is. */
  view<T>(value: T): T
  /** What is stored of a value that becomes a part of `container`. Throws where that may not be. */
  adopted(value: unknown, container: object, key: unknown): unknown
  changed(): void
}

/** What a view stands for. */
export interface Viewed<T extends object = object> {
  readonly raw: T
  readonly tracker: Tracker
}

const viewed = new WeakMap<object, Viewed>()

export function noteView(view: object, stands: Viewed): void {
  viewed.set(view, stands)
}

/** What a view stands for; undefined for what is no view. */
export function viewedBy<T extends object>(view: unknown): Viewed<T> | undefined {
  return viewed.get(view as object) as Viewed<T> | undefined
}

/** What lies under a view; anything else as it is, with what it holds. */
export function under<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  return (viewed.get(value)?.raw as T | undefined) ?? value
}
