import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Peers } from './peers.ts'

/** One library in one kind of work. */
export interface Entrant {
  /** As the tables show it; 'engram' is the library measured. */
  name: string
  /** What the measured process is told: an adapter ('lmdb', 'better-sqlite3#normal') or a word of its own. */
  contestant: string
  /** Package that must be there; without one the entrant needs nothing. */
  needs?: string
  /** Fewer rounds, for peers that take seconds. */
  rounds?: number
  /** Runs as a Python program: the work's name there. */
  python?: string
  /** More for the measured process. */
  settings?: Record<string, unknown>
}

/** What one measured process reported. */
export type Figures = Record<string, number>

/** All rounds of one entrant; `failure` says why there are none. */
export interface Outcome {
  rounds: Figures[]
  failure?: string
}

export type Outcomes = Map<string, Outcome>

export interface Contest {
  /** File in work/child. */
  child: string
  entrants: readonly Entrant[]
  rounds: number
  /** The task of one process; called before each, so it may make a fresh directory. */
  task: (entrant: Entrant, round: number) => Promise<Record<string, unknown>> | Record<string, unknown>
  /** After each process, whether it failed or not. */
  after?: (entrant: Entrant, round: number) => Promise<void>
  /** Adds the process's whole life to its figures, as `lifeMs`. */
  timesLife?: boolean
}

/** Ten million entries take minutes. */
const childTimeoutMs = 900_000

/** Where everything happens: which peers are there, how thorough to be, and a directory that goes away. */
export class Bench {
  readonly peers: Peers
  readonly quick: boolean
  /** Stores that several kinds of work share, by name. */
  readonly stores = new Map<string, string>()
  readonly #root: string

  private constructor(peers: Peers, quick: boolean, root: string) {
    this.peers = peers
    this.quick = quick
    this.#root = root
  }

  static async open(peers: Peers, quick: boolean): Promise<Bench> {
    const root = await mkdtemp(join(tmpdir(), 'engram-bench-'))
    // Gigabytes lie there: they go however this process ends.
    process.on('exit', () => rmSync(root, { recursive: true, force: true, maxRetries: 3 }))
    process.once('SIGINT', () => process.exit(130))
    process.once('SIGTERM', () => process.exit(143))
    return new Bench(peers, quick, root)
  }

  directory(name: string): Promise<string> {
    return mkdtemp(join(this.#root, `${name.replaceAll(/[^a-z0-9-]/gi, '_')}-`))
  }

  /**
   * Every round runs every entrant once, in turned order, so that a busy moment of the machine hits all alike. An
   * entrant that fails is out, and the others go on.
   */
  async contest(contest: Contest): Promise<Outcomes> {
    const outcomes: Outcomes = new Map(contest.entrants.map((entrant) => [entrant.name, this.#entered(entrant)]))
    const rounds = this.quick ? Math.min(2, contest.rounds) : contest.rounds
    for (let round = 0; round < rounds; round++) {
      const order = round % 2 === 0 ? contest.entrants : contest.entrants.toReversed()
      for (const entrant of order) {
        const outcome = outcomes.get(entrant.name)!
        if (outcome.failure !== undefined || round >= (entrant.rounds ?? rounds)) continue
        await this.#run(contest, entrant, round, outcome)
      }
    }
    return outcomes
  }

  #entered(entrant: Entrant): Outcome {
    const missing = entrant.needs !== undefined && !this.peers.has(entrant.needs)
    return missing ? { rounds: [], failure: 'not installed' } : { rounds: [] }
  }

  async #run(contest: Contest, entrant: Entrant, round: number, outcome: Outcome): Promise<void> {
    progress(`${contest.child} round ${round + 1}: ${entrant.name}`)
    try {
      const task = await contest.task(entrant, round)
      outcome.rounds.push(await this.#spawn(contest, entrant, task))
    } catch (error) {
      outcome.failure = brief(error)
    }
    await contest.after?.(entrant, round)
    progress('')
  }

  async #spawn(contest: Contest, entrant: Entrant, task: Record<string, unknown>): Promise<Figures> {
    const { python } = entrant
    const given = JSON.stringify({ ...task, ...entrant.settings, contestant: entrant.contestant, work: python })
    const command = python === undefined ? process.execPath : this.peers.python
    const script = python === undefined ? childPath(contest.child) : peerPath('joblib_work.py')
    const start = performance.now()
    const stdout = await execute(command, [script, given])
    const lifeMs = performance.now() - start
    const figures = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Figures
    return contest.timesLife === true ? { ...figures, lifeMs } : figures
  }
}

/** Milliseconds that a bare Node process lives. */
export async function bareNodeMs(): Promise<number> {
  const start = performance.now()
  await execute(process.execPath, ['-e', '0'])
  return performance.now() - start
}

/** The middle round of a figure; undefined where there is none. */
export function median(figures: readonly number[]): number | undefined {
  const sorted = figures.filter(Number.isFinite).toSorted((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2
}

/** One line that overwrites itself, for who watches. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
}

function childPath(file: string): string {
  return new URL(`./work/child/${file}`, import.meta.url).pathname
}

function peerPath(file: string): string {
  return new URL(`./peers/${file}`, import.meta.url).pathname
}

/** Runs a program with nothing of this process's settings that could change what is measured. */
function execute(command: string, args: readonly string[]): Promise<string> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_|ENGRAM_)/.test(name)))
  return new Promise((resolve, reject) => {
    execFile(command, args, { env, timeout: childTimeoutMs, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(lastError(stderr) ?? error.message.split('\n')[0], { cause: error }))
    })
  })
}

/** The line of a failed process's output that names the error. */
function lastError(stderr: string): string | undefined {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  return lines.findLast((line) => /^\s*(?:Uncaught )?[A-Za-z]*(?:Error|Exception)\b/.test(line))?.trim() ?? lines.at(-1)
}

function brief(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.length > 160 ? `${text.slice(0, 157)}...` : text
}
