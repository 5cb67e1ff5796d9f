import type { Flow } from './flow.ts'
import type { WorkStatus } from './work-status.ts'
import type { Work } from './work.ts'

type Own<T> = Exclude<keyof T, keyof Work | keyof Flow | `_${string}`>

/** The state of a flow or work and of all that it holds, as plain data. */
export type StateOf<T> = {
  readonly [K in Own<T> as T[K] extends (...args: any[]) => unknown ? never : K]: T[K] extends Work | Flow
    ? StateOf<T[K]>
    : T[K]
} & (T extends Work
  ? {
      /** What the work did last. */
      readonly status: WorkStatus
    }
  : {})
