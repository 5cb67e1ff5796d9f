import type { CallRecord, RunState } from '../report/run-record.ts'
import { timeText } from '../words/quantity.ts'
import { shown } from '../words/shown.ts'
import { LiveProgress } from './live-progress.ts'
import type { CallProgress } from './running-call.ts'

/** What is told while a run goes on: see `RunOptions.progress`. */
export type Progress = 'auto' | 'live' | 'plain' | 'json' | 'none'

/** A run that is over. */
export interface EndedRun {
  readonly name: string
  readonly runId: string
  readonly state: RunState
  readonly durationMs: number
  readonly savedMs: number
}

/** Who is told how a run goes. */
export interface ProgressView {
  /** Calls that it has; undefined where that shows as it goes on. */
  begin(total: number | undefined): void
  started(call: string): void
  progressed(call: string, progress: CallProgress): void
  ended(call: CallRecord): void
  end(run: EndedRun): void
}

/** What shows a run; undefined for nothing. */
export function progressView(progress: Progress, runName: string): ProgressView | undefined {
  const { stderr } = process
  const kind = progress === 'auto' ? (stderr.isTTY ? 'live' : 'none') : progress
  if (kind === 'none') return undefined
  if (kind === 'live' && stderr.isTTY) return new LiveProgress(runName, stderr)
  return kind === 'json' ? new JsonProgress(runName) : new PlainProgress(runName)
}

/** One line for a call that is over. */
export function lineOf({ name, state, durationMs, savedMs, attempts, changed, error }: CallRecord): string {
  if (state === 'hit') return `${name} hit, saved ${timeText(savedMs)}`
  if (state === 'failed') return `${name} failed after ${timeText(durationMs)}: ${error?.message ?? ''}`
  if (state !== 'ran') return `${name} ${state}`
  const why = changed.length === 0 ? '' : ` (${changed.slice(0, 3).map(changeText).join(', ')})`
  const tries = attempts > 1 ? `, ${attempts} attempts` : ''
  return `${name} ran ${timeText(durationMs)}${tries}${why}`
}

/** A part of a key that differs: `helper scale`, `argument rows.length 3 → 4`. */
export function changeText({ part, name, before, now }: CallRecord['changed'][number]): string {
  const isShort = before !== undefined && now !== undefined && before.length + now.length <= 40
  return isShort ? `${part} ${name} ${before} → ${now}` : `${part} ${name}`
}

/** A line for each call that ends. */
class PlainProgress implements ProgressView {
  readonly #run: string

  constructor(run: string) {
    this.#run = run
  }

  begin(total: number | undefined): void {
    this.#say(total === undefined ? 'begins' : `${total} calls`)
  }

  started(): void {}

  progressed(): void {}

  ended(call: CallRecord): void {
    this.#say(lineOf(call))
  }

  end({ state, durationMs, savedMs }: EndedRun): void {
    this.#say(`${state} in ${timeText(durationMs)}, saved ${timeText(savedMs)}`)
  }

  #say(line: string): void {
    process.stderr.write(`${shown(`engram: ${this.#run}: ${line}`)}\n`)
  }
}

/** An object of JSON in each line. */
class JsonProgress implements ProgressView {
  readonly #run: string

  constructor(run: string) {
    this.#run = run
  }

  begin(total: number | undefined): void {
    this.#say({ event: 'begin', total })
  }

  started(call: string): void {
    this.#say({ event: 'started', call })
  }

  progressed(call: string, progress: CallProgress): void {
    this.#say({ event: 'progress', call, ...progress })
  }

  ended(call: CallRecord): void {
    this.#say({ event: 'call', call })
  }

  end(run: EndedRun): void {
    this.#say({ event: 'end', ...run })
  }

  #say(fact: object): void {
    process.stderr.write(`${JSON.stringify({ run: this.#run, ...fact })}\n`)
  }
}
