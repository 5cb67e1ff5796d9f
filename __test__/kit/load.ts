import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LoadSettings } from '../process/programs/load-work.ts'
import { bundledProgram } from './bundle.ts'
import { PATIENCE_MS } from './deadline.ts'
import { environment } from './environment.ts'
import { RunLog } from './run-log.ts'

/** A call that returned. */
export interface Returned {
  /** `populated` and `hit`: the entry is stored. `wrong`: the value was not right. */
  outcome: string
  number: number
  startedAt: bigint
  endedAt: bigint
}

/** A process under load: see process/programs/load.ts. */
export class Loaded {
  readonly name: string
  readonly startedAt = Date.now()
  readonly ended: Promise<unknown>
  /** Nanoseconds of the monotonic clock, just before it was killed. */
  killedAt: bigint | undefined
  hasEnded = false
  readonly #process: ChildProcess
  readonly #calls: string
  #stderr = ''

  constructor(settings: LoadSettings) {
    this.name = settings.name
    this.#calls = settings.calls
    this.#process = spawn(process.execPath, [bundledProgram('load'), JSON.stringify(settings)], {
      env: environment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text))
    this.ended = once(this.#process, 'close').then(() => (this.hasEnded = true))
  }

  get pid(): number {
    return this.#process.pid!
  }

  /** How it ended unless it was killed, and what it said: empty if all is well. */
  get complaint(): string {
    const { exitCode, signalCode } = this.#process
    const ending = this.killedAt !== undefined || exitCode === 0 ? '' : `ended with ${exitCode ?? signalCode}`
    return [ending, this.#stderr.trim()].filter((part) => part !== '').join(': ')
  }

  kill(): void {
    if (this.hasEnded) return
    this.killedAt ??= process.hrtime.bigint()
    this.#process.kill('SIGKILL')
  }

  /** Whether no call of it has returned for so long that one must hang. */
  hangs(): boolean {
    const heardAt = existsSync(this.#calls) ? statSync(this.#calls).mtimeMs : 0
    return Date.now() - Math.max(heardAt, this.startedAt) > PATIENCE_MS
  }

  returned(): Returned[] {
    if (!existsSync(this.#calls)) return []
    const text = readFileSync(this.#calls, 'utf8')
    const lines = text
      .slice(0, text.lastIndexOf('\n') + 1)
      .trimEnd()
      .split('\n')
    return lines
      .filter((line) => line !== '')
      .map((line) => {
        const [outcome, number, startedAt, endedAt] = line.split(' ') as [string, string, string, string]
        return { outcome, number: Number(number), startedAt: BigInt(startedAt), endedAt: BigInt(endedAt) }
      })
  }
}

/** Processes under load on one store. */
export class Load {
  readonly location: string
  readonly log: RunLog
  /** All that ever started. */
  readonly processes: Loaded[] = []
  readonly #directory: string
  readonly #seed: number
  readonly #shared: Pick<LoadSettings, 'concurrency' | 'epoch' | 'stepMs' | 'functionMs' | 'stop'>

  constructor(directory: string, seed: number) {
    mkdirSync(directory, { recursive: true })
    this.#directory = directory
    this.#seed = seed
    this.location = join(directory, 'store')
    this.log = new RunLog(join(directory, 'runs'))
    const stop = join(directory, 'stop')
    this.#shared = { concurrency: 4, epoch: String(process.hrtime.bigint()), stepMs: 5, functionMs: 5, stop }
  }

  get running(): Loaded[] {
    return this.processes.filter((each) => !each.hasEnded && each.killedAt === undefined)
  }

  get functionMs(): number {
    return this.#shared.functionMs
  }

  /** Every other one calls synchronously. */
  start(more: Pick<LoadSettings, 'forMs'> = {}): Loaded {
    const number = this.processes.length
    const own = {
      name: `p${number}`,
      calls: join(this.#directory, `calls-${number}`),
      seed: this.#seed * 100_003 + number,
      kind: number % 2 === 0 ? 'sync' : 'async',
    } as const
    const started = new Loaded({ ...this.#shared, ...own, ...more, location: this.location, log: this.log.path })
    this.processes.push(started)
    return started
  }

  /** Tells all to stop after their calls under way. */
  stop(): void {
    writeFileSync(this.#shared.stop!, '')
  }

  killAll(): void {
    for (const each of this.processes) each.kill()
  }
}
