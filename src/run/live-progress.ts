import type { CallRecord } from '../report/run-record.ts'
import { timeText } from '../words/quantity.ts'
import { shown as safe } from '../words/shown.ts'
import type { CallProgress } from './running-call.ts'

/** Running calls that are shown. */
const MOST_SHOWN = 8
/** How often lines are rewritten, in milliseconds. */
const EVERY_MS = 100
const BAR = 20

type Ended = 'hit' | 'ran' | 'failed' | 'skipped' | 'cancelled'

interface Shown {
  readonly since: number
  /** Calls of this name that run. */
  count: number
  progress: CallProgress | undefined
}

/** Lines at the end of a terminal that are rewritten: how many calls are over, and what runs. */
export class LiveProgress {
  readonly #run: string
  readonly #terminal: NodeJS.WriteStream
  readonly #running = new Map<string, Shown>()
  readonly #counts: Record<Ended, number> = { hit: 0, ran: 0, failed: 0, skipped: 0, cancelled: 0 }
  #total: number | undefined
  #lines = 0
  #timer: NodeJS.Timeout | undefined

  constructor(run: string, terminal: NodeJS.WriteStream) {
    this.#run = run
    this.#terminal = terminal
  }

  begin(total: number | undefined): void {
    this.#total = total
    this.#timer = setInterval(() => this.#draw(), EVERY_MS).unref()
  }

  started(call: string): void {
    const shown = this.#running.get(call)
    if (shown === undefined) this.#running.set(call, { since: performance.now(), count: 1, progress: undefined })
    else shown.count++
  }

  progressed(call: string, progress: CallProgress): void {
    const shown = this.#running.get(call)
    if (shown !== undefined) shown.progress = progress
  }

  ended({ name, state, error }: CallRecord): void {
    const shown = this.#running.get(name)
    if (shown !== undefined && --shown.count === 0) this.#running.delete(name)
    this.#counts[state as Ended]++
    if (state === 'failed') this.#draw(`engram: ${this.#run}: ${name} failed: ${error?.message ?? ''}`)
  }

  end({ state, durationMs, savedMs }: { state: string; durationMs: number; savedMs: number }): void {
    clearInterval(this.#timer)
    this.#running.clear()
    const line = `${this.#headline()}  ${state} in ${timeText(durationMs)}, saved ${timeText(savedMs)}`
    this.#write([], line)
  }

  #headline(): string {
    const { hit, ran, failed, skipped, cancelled } = this.#counts
    const over = hit + ran + failed + skipped + cancelled
    const parts = Object.entries(this.#counts).filter(([, count]) => count > 0)
    const of = this.#total === undefined ? '' : `/${this.#total}`
    return `${this.#run}: ${over}${of}  ${parts.map(([what, count]) => `${count} ${what}`).join(', ')}`.trimEnd()
  }

  /** @param said - A line that stays. */
  #draw(said?: string): void {
    const shown = Array.from(this.#running).slice(0, MOST_SHOWN)
    const more = this.#running.size - shown.length
    const lines = [this.#headline(), ...shown.map(([name, call]) => lineOf(name, call))]
    this.#write(more > 0 ? [...lines, `  and ${more} more`] : lines, said)
  }

  #write(lines: readonly string[], said: string | undefined): void {
    const width = this.#terminal.columns || 80
    const up = this.#lines > 0 ? `\u001B[${this.#lines}A\u001B[J` : ''
    const cut = lines.map((line) => `${safe(line).slice(0, width - 1)}\n`).join('')
    this.#terminal.write(`${up}${said === undefined ? '' : `${safe(said)}\n`}${cut}`)
    this.#lines = lines.length
  }
}

function lineOf(call: string, { since, count, progress }: Shown): string {
  const name = count > 1 ? `${call} ×${count}` : call
  const time = timeText(performance.now() - since)
  if (progress === undefined) return `  ${name}  ${time}`
  const { done, total, note = '' } = progress
  if (total === undefined || !(total > 0)) return `  ${name}  ${done}  ${time}  ${note}`.trimEnd()
  const filled = Math.round(Math.min(Math.max(done / total, 0), 1) * BAR)
  const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled)
  return `  ${name}  ${bar}  ${done}/${total}  ${time}  ${note}`.trimEnd()
}
