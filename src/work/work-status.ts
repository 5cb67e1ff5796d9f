/** What a work does. `pending`: a call of it waits for another one. */
export type WorkStage = 'notStarted' | 'pending' | 'running' | 'succeeded' | 'failed' | 'stopped'

/** What a work did last. */
export interface WorkStatus {
  /** What it does, or how its last call ended. */
  readonly stage: WorkStage
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  /** 'timeout' where it took too long; 'exception' where it threw; 'cached' where its result was there. */
  readonly reason?: string
  /** Of the error that it threw; absent where there was none. */
  readonly message?: string
}

/** Statuses, and records of calls, that a work keeps. */
export const MOST_KEPT = 100

/** The statuses of a work, and what they say. */
export class WorkStatuses {
  readonly all: WorkStatus[]
  numSuccesses = 0
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
    this.all = [{ stage: 'notStarted', timestamp: now() }]
  }

  get last(): WorkStatus {
    return this.all.at(-1)!
  }

  has(stage: WorkStage): boolean {
    return this.last.stage === stage
  }

  /** What was under way when its process died is not any more. */
  restore(last: WorkStatus, numSuccesses: number): void {
    this.numSuccesses = numSuccesses
    if (last !== this.last && last.stage !== 'running' && last.stage !== 'pending') this.all.push(last)
  }

  note(stage: WorkStage, why: Pick<WorkStatus, 'reason' | 'message'> = {}): void {
    this.all.push({ stage, timestamp: this.#now(), ...why })
    if (this.all.length > MOST_KEPT) this.all.splice(0, this.all.length - MOST_KEPT)
  }
}
