import type { ExecutionContext } from 'ava'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { environment } from './environment.ts'
import { put } from './files.ts'
import { temporaryDirectory } from './temporary-store.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const index = pathToFileURL(join(project, 'index.ts')).href
const typescript = pathToFileURL(join(project, '__test__/kit/typescript.mjs')).href

/** What a program of a user's said. */
export interface Said {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * A program of a user's, in a package of its own that has this library installed. What compiles TypeScript drops comments: where
 * they matter, the program is JavaScript.
 */
export class UserProgram {
  readonly directory: string
  /** What its environment has besides that of the tests. */
  readonly env: Record<string, string> = {}
  readonly #file: string
  #text: string

  constructor(t: ExecutionContext, text: string, file = 'program.ts') {
    this.#file = file
    this.directory = temporaryDirectory(t)
    const manifest = { name: 'engram', type: 'module', exports: './index.ts' }
    put(this.directory, 'node_modules/engram/package.json', JSON.stringify(manifest))
    put(this.directory, 'node_modules/engram/index.ts', `export * from ${JSON.stringify(index)}\n`)
    symlinkSync(join(project, 'node_modules/tsx'), join(this.directory, 'node_modules/tsx'))
    put(this.directory, 'package.json', JSON.stringify({ name: 'user', type: 'module' }))
    this.#text = text
    this.write(text)
  }

  write(text: string): void {
    this.#text = text
    writeFileSync(join(this.directory, this.#file), text)
  }

  /** Replaces a part of the text, which must be there. */
  edit(before: string, now: string): void {
    if (!this.#text.includes(before)) throw new Error(`the program has no '${before}'`)
    this.write(this.#text.replace(before, now))
  }

  start(args: readonly string[] = [], loader = typescript): ChildProcess {
    return spawn(process.execPath, [`--import=${loader}`, this.#file, ...args], {
      cwd: this.directory,
      env: { ...environment(), ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  async said(...args: string[]): Promise<Said> {
    return saidBy(this.start(args))
  }

  /** What the program prints, which is JSON. */
  async run(...args: string[]): Promise<any> {
    return jsonOf(await this.said(...args))
  }

  /** As `run`, through tsx. */
  async runByTsx(...args: string[]): Promise<any> {
    return jsonOf(await saidBy(this.start(args, 'tsx')))
  }
}

export async function saidBy(child: ChildProcess): Promise<Said> {
  let [stdout, stderr] = ['', '']
  child.stdout?.on('data', (text) => (stdout += text))
  child.stderr?.on('data', (text) => (stderr += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

function jsonOf({ code, stdout, stderr }: Said): unknown {
  if (code !== 0 || stderr !== '') throw new Error(`exit ${code}: ${stderr}`)
  return JSON.parse(stdout) as unknown
}
