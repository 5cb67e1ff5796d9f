import type { ChildProcess } from 'node:child_process'
import { builtin } from '../platform/builtin.ts'
import { Changes } from './changes.ts'

/** Names the process that started this one anew. */
const STARTER = 'ENGRAM_WATCHED_BY'
/** Passed on to a program that was started anew. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What a program that was started anew says to who started it. */
interface Saying {
  readonly engram: 'watching' | 'restart'
  /** Of its code. */
  readonly files?: readonly string[]
}

/** How it ended. */
interface Ended {
  readonly wantsRestart: boolean
  /** Whether it got as far as to watch. */
  readonly hasWatched: boolean
  readonly code: number
}

/** Whether a process that watches started this one anew, and waits for it. */
function isStartedAnew(): boolean {
  return process.env[STARTER] === String(process.ppid) && process.connected === true
}

/** Whether code that changed can be had: modules are not loaded again, so the program has to be, and a thread is not all of it. */
export function canRestart(): boolean {
  return builtin('node:worker_threads').isMainThread
}

let hasSaidSo = false

/** Says that the program watches, which of its code, to who started it anew. */
export function sayWatching(files: Iterable<string>): void {
  if (!isStartedAnew()) return
  say({ engram: 'watching', files: [...files] })
  if (hasSaidSo) return
  hasSaidSo = true
  process.on('disconnect', () => process.exit())
  // Only what the program does itself keeps it alive.
  process.channel?.unref()
}

function say(saying: Saying, then: () => void = () => undefined): void {
  process.send!(saying, undefined, undefined, then)
}

let restart: Promise<void> | undefined

/**
 * Runs the program anew, and waits until it ends: this process then ends as it did. One that was started anew itself asks for
 * another instead, so that they do not lie within each other. Resolves where the signal ends it.
 *
 * @param files - The code that is watched where the program does not get as far as to watch.
 */
export function restarted(files: ReadonlySet<string>, signal: AbortSignal | undefined): Promise<void> {
  // Several pipelines of a program may be watched.
  return (restart ??= isStartedAnew() ? askForRestart() : new Starter(files, signal).run())
}

function askForRestart(): Promise<void> {
  return new Promise(() => say({ engram: 'restart' }, () => process.exit()))
}

/** Starts the program anew, as often as it asks. */
class Starter {
  readonly #changes = new Changes()
  readonly #signal: AbortSignal | undefined
  #child: ChildProcess | undefined
  /** The system, or the shell, tells the child by itself. */
  #isToldBySystem = false

  constructor(files: ReadonlySet<string>, signal: AbortSignal | undefined) {
    this.#signal = signal
    this.#changes.followCode(files)
  }

  async run(): Promise<void> {
    const passOn = (name: NodeJS.Signals): void => this.#passOn(name)
    const abort = (): void => void builtin('node:timers').setImmediate(() => this.#end())
    for (const name of SIGNALS) process.on(name, passOn)
    this.#signal?.addEventListener('abort', abort, { once: true })
    try {
      await this.#runs()
    } finally {
      for (const name of SIGNALS) process.off(name, passOn)
      this.#signal?.removeEventListener('abort', abort)
      this.#changes.close()
      restart = undefined
    }
  }

  get #isAborted(): boolean {
    return this.#signal?.aborted === true
  }

  async #runs(): Promise<void> {
    // oxlint-disable no-await-in-loop -- one after the other
    while (!this.#isAborted) {
      const { wantsRestart, hasWatched, code } = await this.#start()
      if (wantsRestart) continue
      if (this.#isAborted) return
      if (code === 0 || hasWatched) process.exit(code)
      process.stderr.write(
        'engram: the program failed before it watched, and is started again when its code changes.\n',
      )
      await this.#changes.next(this.#signal)
    }
    // oxlint-enable no-await-in-loop
  }

  #start(): Promise<Ended> {
    const { spawn } = builtin('node:child_process')
    const { signals } = builtin('node:os').constants
    this.#changes.takeCode()
    const child = (this.#child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, [STARTER]: String(process.pid) },
    }))
    let [wantsRestart, hasWatched] = [false, false]
    child.on('message', (message) => {
      const { engram, files = [] } = message as Partial<Saying>
      if (engram === 'restart') wantsRestart = true
      if (engram !== 'watching') return
      hasWatched = true
      this.#changes.followCode(files)
    })
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', (code, name) =>
        resolve({ wantsRestart, hasWatched, code: code ?? 128 + (name === null ? 0 : signals[name]) }),
      )
    })
  }

  #passOn(name: NodeJS.Signals): void {
    this.#isToldBySystem = true
    // A terminal tells all processes before it.
    if (name !== 'SIGINT' || !process.stdin.isTTY) this.#child?.kill(name)
  }

  /** The run was aborted here: the program does not know, unless that was done when a signal came. */
  #end(): void {
    if (!this.#isToldBySystem) this.#child?.kill('SIGTERM')
  }
}
