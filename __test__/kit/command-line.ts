import type { ExecutionContext } from 'ava'
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { environment } from './environment.ts'
import { put } from './files.ts'
import { temporaryDirectory } from './temporary-store.ts'
import { type Said, saidBy } from './user-program.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const binary = join(project, 'dist/cli/engram.cjs')

/** How a process is started. */
export interface Start {
  readonly env?: NodeJS.ProcessEnv
  /** As this user of the system. */
  readonly uid?: number
}

/** A function with a captured value, called three times: two entries, one hit. */
const FILLING = `import { Memory } from 'engram'
  const memory = new Memory()
  const scale = 3
  export const load = memory.cache(function load(day, options) {
    return { day, text: 'a\\n\\u001b[31mb', sum: day.length * scale }
  })
  load('monday', { verbose: true })
  load('tuesday', { verbose: true })
  load('monday', { verbose: true })
  await memory.close()`

/** The program `engram` as it is built, in a user's package that has this library installed. */
export class CommandLine {
  readonly directory: string
  readonly binary = binary

  constructor(t: ExecutionContext) {
    this.directory = temporaryDirectory(t)
    chmodSync(this.directory, 0o755)
    mkdirSync(join(this.directory, 'node_modules'))
    symlinkSync(project, join(this.directory, 'node_modules/engram'))
    this.put('package.json', JSON.stringify({ name: 'user', type: 'module' }))
  }

  get location(): string {
    return join(this.directory, '.engram')
  }

  put(file: string, text: string): void {
    put(this.directory, file, text)
  }

  installTsx(): void {
    symlinkSync(join(project, 'node_modules/tsx'), join(this.directory, 'node_modules/tsx'))
  }

  /** Makes a store with two entries of `fill.mjs#load`, of which one was hit. */
  async fill(): Promise<void> {
    await this.program('fill.mjs', FILLING)
  }

  /** Makes a store with so many entries of `f`. */
  async fillMany(count: number): Promise<void> {
    await this.program(
      'many.mjs',
      `import { Memory } from 'engram'
      const memory = new Memory()
      const f = memory.cache((n) => n, { name: 'f' })
      for (let n = 0; n < ${count}; n++) f(n)
      await memory.close()`,
    )
  }

  /** Writes a program and runs it to its end. Throws what it says on stderr. */
  async program(file: string, text: string): Promise<string> {
    this.put(file, text)
    const { code, stdout, stderr } = await saidBy(this.#start([file], {}))
    if (code !== 0) throw new Error(stderr)
    return stdout
  }

  start(args: readonly string[], start: Start = {}): ChildProcess {
    return this.#start([binary, ...args], start)
  }

  async said(args: readonly string[], start: Start = {}): Promise<Said> {
    return saidBy(this.start(args, start))
  }

  /** What it prints with `--json`, line by line. Throws where it does not end with `code`. */
  async json(args: readonly string[], code = 0): Promise<any[]> {
    const said = await this.said([...args, '--json'])
    if (said.code !== code) throw new Error(`exit ${said.code}: ${said.stderr}`)
    const lines = said.stdout.split('\n').filter((line) => line !== '')
    return lines.map((line) => JSON.parse(line) as unknown)
  }

  #start(args: readonly string[], { env = {}, uid }: Start): ChildProcess {
    return spawn(process.execPath, args, {
      cwd: this.directory,
      env: { ...environment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid !== undefined && { uid, gid: uid }),
    })
  }
}
