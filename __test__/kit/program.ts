import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { bundledProgram, programSource } from './bundle.ts'
import { PATIENCE_MS } from './deadline.ts'
import { environment } from './environment.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const typescript = new URL('./typescript.mjs', import.meta.url).href

/** How a program ended and what it said. */
export interface Ending {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/**
 * A program of the folder `process/programs`, in a process of its own: bundled, or where its name ends in `.ts` from its
 * sources. That takes longer, and is for what depends on them: keys hold the texts of functions.
 */
export class Program {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #ending: Promise<Ending>
  #stdout = ''
  #isRunning = true

  constructor(name: string, ...args: string[]) {
    const program = name.endsWith('.ts') ? [`--import=${typescript}`, programSource(name)] : [bundledProgram(name)]
    this.#process = spawn(process.execPath, [...program, ...args], {
      cwd: project,
      env: environment(),
      stdio: ['pipe', 'pipe', 'pipe'],
      // Its test sees the signal.
      timeout: PATIENCE_MS,
      killSignal: 'SIGKILL',
    })
    // A program that is gone needs no input.
    this.#process.stdin.on('error', () => {})
    this.#ending = this.#watch()
  }

  /** What the program has written so far. */
  get stdout(): string {
    return this.#stdout
  }

  get ending(): Promise<Ending> {
    return this.#ending
  }

  /** Resolves when the program has written `text`, or has ended. */
  async written(text: string): Promise<void> {
    await this.until((stdout) => stdout.includes(text))
  }

  /** Resolves when what the program has written satisfies `isEnough`, or the program has ended. */
  async until(isEnough: (stdout: string) => boolean): Promise<void> {
    while (this.#isRunning && !isEnough(this.#stdout)) {
      await Promise.race([once(this.#process.stdout, 'data'), this.#ending])
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  /** Ends the program's input, for which some programs wait. */
  release(): void {
    this.#process.stdin.end()
  }

  async #watch(): Promise<Ending> {
    let stderr = ''
    this.#process.stdout.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text))
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    const [code, signal] = (await once(this.#process, 'close')) as [number | null, NodeJS.Signals | null]
    this.#isRunning = false
    return { code, signal, stdout: this.#stdout, stderr }
  }
}

/** Runs a program to its end. */
export function run(name: string, ...args: string[]): Promise<Ending> {
  return new Program(name, ...args).ending
}
