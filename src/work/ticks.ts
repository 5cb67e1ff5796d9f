import { invalid } from '../option/check.ts'
import { CronRhythm, IntervalRhythm, type Rhythm, type RhythmMade } from './rhythm.ts'

/** The last year of which cron expressions speak. */
const LATEST = Date.UTC(9999, 11, 31)

/** What is kept of one key, as plain data. `dueAt` is missing where it is never due again. */
export type TickState = RhythmMade & {
  readonly key: string
  readonly answeredAt: number
  readonly lowestAt: number
  readonly dueAt?: number
}

/** What `toState` gives. */
export interface TicksState {
  readonly ticks: readonly TickState[]
}

interface Tick {
  readonly rhythm: Rhythm
  /** When it was last true. */
  readonly answeredAt: number
  /** The earliest time that the clock has shown since: below it, the clock was set back. */
  readonly lowestAt: number
  /** Infinity where it never is. */
  readonly dueAt: number
}

/**
 * Says by key when schedules are due: at the first ask, then once for each tick. Ticks that nobody asked for are one tick. It has
 * no clock and no timer: who asks says what time it is, and wakes at `next`.
 *
 * A clock that is set forward makes due what lies between, once. One that is set back makes ticks due again that lie ahead
 * again, but not the one that was answered last; an interval then begins anew. Nothing waits for the clock to reach a time that
 * it has shown already.
 *
 * A key whose expression, time zone or interval changes goes on from its last answer. A key that is due and not asked for in a
 * pass is forgotten, as its next answer would be true in any case: so what is kept is bounded.
 */
export class Ticks {
  readonly #ticks = new Map<string, Tick>()
  /** Names of ticks that were asked for since `beginPass`. */
  readonly #asked = new Set<string>()

  /** From what `toState` gave. @throws EngramError ERR_INVALID_OPTION for anything else. */
  static from(state: unknown): Ticks {
    const { ticks } = (typeof state === 'object' && state !== null ? state : {}) as Partial<TicksState>
    if (!Array.isArray(ticks)) throw invalid('Ticks.from(state) needs what toState() gave.')
    const made = new Ticks()
    for (const kept of ticks as readonly (TickState | null)[]) {
      const { key, answeredAt, lowestAt, dueAt = Infinity, ...rhythm } = kept ?? ({} as TickState)
      if (typeof key !== 'string' || Number.isNaN(Number(dueAt))) throw invalid('Ticks.from(state): a tick is damaged.')
      for (const time of [answeredAt, lowestAt]) checkTime(time)
      made.#ticks.set(nameOf(key, rhythm), { rhythm: rhythmOf(rhythm), answeredAt, lowestAt, dueAt })
    }
    return made
  }

  /**
   * Whether a schedule is due.
   *
   * @param cron - See `CronRhythm`.
   * @param timezone - As 'Europe/Berlin'. Default: that of the process.
   * @throws EngramError ERR_INVALID_OPTION, and nothing has changed.
   */
  schedule(key: string, cron: string, timezone: string | undefined, now: number): boolean {
    return this.#ask(key, { cron, timezone }, now)
  }

  /** Whether an interval has passed. @throws EngramError as `schedule` does. */
  every(key: string, intervalMs: number, now: number): boolean {
    return this.#ask(key, { intervalMs }, now)
  }

  /** Forgets which keys were asked for: `next` counts those alone that the flow asks for from now on. */
  beginPass(): void {
    this.#asked.clear()
  }

  /** The earliest time at which one becomes due that was asked for in this pass; undefined where none will. */
  next(now: number): number | undefined {
    checkTime(now)
    let earliest = Infinity
    for (const [name, kept] of this.#ticks) {
      if (!this.#asked.has(name)) {
        if (kept.dueAt <= now) this.#ticks.delete(name)
        continue
      }
      const tick = afterSettingBack(kept, now)
      this.#ticks.set(name, tick)
      earliest = Math.min(earliest, tick.dueAt)
    }
    return earliest === Infinity ? undefined : earliest
  }

  /** For checkpoints. */
  toState(): TicksState {
    const ticks = Array.from(this.#ticks, ([name, { rhythm, answeredAt, lowestAt, dueAt }]) => ({
      key: keyOf(name),
      ...rhythm.made,
      answeredAt,
      lowestAt,
      ...(dueAt !== Infinity && { dueAt }),
    }))
    return { ticks }
  }

  #ask(key: string, made: RhythmMade, now: number): boolean {
    if (typeof key !== 'string') throw invalid('The key of a schedule must be a string.')
    checkTime(now)
    const name = nameOf(key, made)
    const before = this.#ticks.get(name)
    const tick = before && afterSettingBack(withRhythm(before, made), now)
    const isDue = tick === undefined || now >= tick.dueAt
    this.#ticks.set(name, isDue ? answered(tick, made, now) : tick)
    this.#asked.add(name)
    return isDue
  }
}

function answered(tick: Tick | undefined, made: RhythmMade, now: number): Tick {
  const rhythm = tick?.rhythm ?? rhythmOf(made)
  const dueAt = tick === undefined ? rhythm.after(now) : rhythm.following(tick.dueAt, now)
  return { rhythm, answeredAt: now, lowestAt: now, dueAt }
}

function withRhythm(tick: Tick, made: RhythmMade): Tick {
  if (areSame(tick.rhythm.made, made)) return tick
  const rhythm = rhythmOf(made)
  return { ...tick, rhythm, dueAt: rhythm.after(tick.answeredAt) }
}

function afterSettingBack(tick: Tick, now: number): Tick {
  if (now >= tick.lowestAt) return tick
  return { ...tick, lowestAt: now, dueAt: tick.rhythm.again(now, tick.answeredAt) }
}

function rhythmOf(made: RhythmMade): Rhythm {
  return 'intervalMs' in made ? new IntervalRhythm(made.intervalMs) : new CronRhythm(made.cron, made.timezone)
}

function areSame(one: RhythmMade, other: RhythmMade): boolean {
  if ('intervalMs' in one) return 'intervalMs' in other && one.intervalMs === other.intervalMs
  return !('intervalMs' in other) && one.cron === other.cron && one.timezone === other.timezone
}

/** A key may name both a schedule and an interval. */
function nameOf(key: string, made: RhythmMade): string {
  return `${'intervalMs' in made ? 'every' : 'cron'} ${key}`
}

function keyOf(name: string): string {
  return name.slice(name.indexOf(' ') + 1)
}

/** Throws ERR_INVALID_OPTION for what no clock shows. */
export function checkTime(time: unknown): void {
  if (typeof time === 'number' && time >= 0 && time <= LATEST) return
  throw invalid('The clock must give milliseconds since the Unix epoch, to the year 9999.')
}
