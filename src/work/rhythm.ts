import { Cron } from 'croner'
import { invalid } from '../option/check.ts'

/** When something is due, again and again. Two of equal text are the same. */
export interface Rhythm {
  /** What it was made of, as plain data. */
  readonly made: RhythmMade
  /** The first time after `time`; Infinity where there is none. */
  after(time: number): number
  /** The first time after `now`, where it was due at `dueAt` before. */
  following(dueAt: number, now: number): number
  /** The first time after `now`, where the clock was set back to `now` and the last answer was given at `answeredAt`. */
  again(now: number, answeredAt: number): number
}

export type RhythmMade =
  | { readonly cron: string; readonly timezone?: string | undefined }
  | { readonly intervalMs: number }

/** Words that Lightning takes without the '@' of cron's own. */
const WORDS = new Set(['midnight', 'hourly', 'daily', 'weekly', 'monthly', 'yearly', 'annually'])

/**
 * The times of a cron expression: five fields, six with seconds in front, seven with years at the end, or a word such as
 * '@daily' or 'daily'. In a time zone with daylight saving, ticks at fixed times ('30 2 * * *') are neither lost nor doubled:
 * one in the missing hour comes at its end, one in the doubled hour comes the first time. Ticks that repeat ('0 * * * *')
 * skip the missing hour and come in both of the doubled one.
 */
export class CronRhythm implements Rhythm {
  readonly made: RhythmMade
  readonly #cron: Cron

  /** @throws EngramError ERR_INVALID_OPTION */
  constructor(cron: string, timezone: string | undefined) {
    if (typeof cron !== 'string') throw invalid('A schedule needs a cron expression as a string.')
    if (timezone !== undefined && (typeof timezone !== 'string' || timezone === ''))
      throw invalid(`The option 'timezone' must be a non-empty string, as 'Europe/Berlin'.`)
    this.made = { cron, ...(timezone !== undefined && { timezone }) }
    this.#cron = parsed(cron, timezone)
  }

  after(time: number): number {
    return this.#cron.nextRun(new Date(time))?.getTime() ?? Infinity
  }

  following(_dueAt: number, now: number): number {
    return this.after(now)
  }

  /** Not the tick that was answered last: a clock that is set back by a moment would repeat it. */
  again(now: number, answeredAt: number): number {
    const first = this.after(now)
    if (first > answeredAt) return first
    const second = this.after(first)
    return second > answeredAt ? second : first
  }
}

function parsed(text: string, timezone: string | undefined): Cron {
  const word = text.trim()
  const expression = WORDS.has(word) ? `@${word}` : word
  // croner would take a date too, which is no rhythm.
  if (!/^@|\s/.test(expression)) throw invalid(`'${text}' is not a cron expression, as '0 6 * * *' or '@daily'.`)
  try {
    const options = { fixedTimeRule: 'no-wildcard', ...(timezone !== undefined && { timezone }) } as const
    const cron = new Cron(expression, options)
    // Whether there is such a time zone shows only now.
    cron.nextRun(new Date(0))
    return cron
  } catch (error) {
    const where = timezone === undefined ? '' : ` in the time zone '${timezone}'`
    throw invalid(`'${text}'${where} is not a schedule: ${(error as Error).message}`)
  }
}

/** Each `intervalMs` from the first time on. Who comes late changes nothing of when the next one is due. */
export class IntervalRhythm implements Rhythm {
  readonly made: RhythmMade
  readonly #intervalMs: number

  /** @throws EngramError ERR_INVALID_OPTION */
  constructor(intervalMs: number) {
    if (!(typeof intervalMs === 'number' && intervalMs >= 1 && intervalMs < Infinity))
      throw invalid('An interval must be a millisecond or more.')
    this.made = { intervalMs }
    this.#intervalMs = intervalMs
  }

  after(time: number): number {
    return time + this.#intervalMs
  }

  following(dueAt: number, now: number): number {
    const missed = Math.floor((now - dueAt) / this.#intervalMs)
    const next = dueAt + (missed + 1) * this.#intervalMs
    // Fractions are not exact.
    return next > now ? next : now + this.#intervalMs
  }

  again(now: number): number {
    return this.after(now)
  }
}
