/** When a checkpoint was kept. */
export interface Moment {
  /** By the memory's clock. */
  readonly at: number
  /** Calls that had ended in that very millisecond: see `callName`. */
  readonly ended: readonly string[]
}

/**
 * A life of which a checkpoint was restored: what was done in it until then is remembered in the life that goes on from there. What
 * was done later is not, as its state was given up.
 */
export interface Ancestor {
  readonly life: string
  readonly until: Moment
}

export function callName(path: string, key: string): string {
  return `${path} ${key}`
}

/** Whether a call that ended in the life of an ancestor had ended when its checkpoint was kept. */
export function isOf({ until }: Ancestor, endedAt: number, call: string): boolean {
  return endedAt < until.at || (endedAt === until.at && until.ended.includes(call))
}
