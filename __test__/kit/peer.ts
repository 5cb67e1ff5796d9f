import type { ExecutionContext } from 'ava'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CallEvent, EntryFilter, EntryInfo, MemoryStats } from '../../index.ts'
import type { Answer, Many, PeerSettings, Wanted } from '../process/programs/peer-tasks.ts'
import type { Reply } from '../process/programs/peer.ts'
import { textOf } from '../process/programs/recorded-work.ts'
import { bundledProgram } from './bundle.ts'
import { within } from './deadline.ts'
import { environment } from './environment.ts'
import { RunLog } from './run-log.ts'
import { temporaryDirectory } from './temporary-store.ts'

const addon = fileURLToPath(new URL('../../npm/binding.cjs', import.meta.url))

/** What a peer's task threw. */
export class PeerError extends Error {
  readonly code: string | undefined

  constructor({ name, message, code }: NonNullable<Reply['error']>) {
    super(message)
    this.name = name
    this.code = code
  }
}

export interface PeerOptions extends Omit<Partial<PeerSettings>, 'name' | 'log'> {
  /** A program that starts it, with its arguments. */
  through?: string[]
  env?: Record<string, string>
}

/** Something that makes calls when it is told to: a process, or a thread of one. */
abstract class Caller {
  abstract readonly name: string

  /** What a task of PeerTasks answers. */
  abstract do<T>(task: string, ...args: unknown[]): Promise<T>

  call(name: string, key: string | number, how: Wanted['how'] = {}, more: Partial<Wanted> = {}): Promise<Answer> {
    return this.do('call', { name, key: String(key), how, ...more })
  }

  /** Makes a call and answers with its value. */
  async value(name: string, key: string | number, how?: Wanted['how'], more?: Partial<Wanted>): Promise<unknown> {
    return (await this.call(name, key, how, more)).value
  }

  /** Makes a call that must give what the function returns, and answers with what became of it. */
  async status(name: string, key: string | number, how: Wanted['how'] = {}): Promise<CallEvent['status'] | 'stored'> {
    const { value, status, cacheStatus } = await this.call(name, key, how)
    if (value !== textOf(name, String(key))) throw new Error(`${name} ${key} gave ${this.name} ${String(value)}`)
    return cacheStatus === 'populated' ? 'stored' : status!
  }

  /** The keys whose values were wrong. */
  callMany(many: Many): Promise<string[]> {
    return this.do('callMany', many)
  }

  refresh(name: string, key: string, value: unknown): Promise<Answer> {
    return this.call(name, key, { value }, { refresh: true })
  }

  role(): Promise<string> {
    return this.do('role')
  }

  stats(): Promise<MemoryStats> {
    return this.do('stats')
  }

  entries(filter?: EntryFilter): Promise<EntryInfo[]> {
    return this.do('entries', filter)
  }

  /** The codes of all warnings of engram's. */
  warnings(): Promise<string[]> {
    return this.do('warnings')
  }
}

/** A process on a store, told what to do over the channel between parent and child. */
export class Peer extends Caller {
  readonly name: string
  readonly ended: Promise<[number | null, NodeJS.Signals | null]>
  readonly #process: ChildProcess
  readonly #pending = new Map<number, (reply: Reply) => void>()
  #requests = 0
  #stderr = ''

  constructor({ through = [], env, ...settings }: PeerOptions & PeerSettings) {
    super()
    this.name = settings.name
    const command = [...through, process.execPath, bundledProgram('peer'), JSON.stringify(settings)]
    this.#process = spawn(command[0]!, command.slice(1), {
      cwd: '/',
      // The peers tell their warnings themselves.
      env: { ...environment(), NODE_NO_WARNINGS: '1', ...env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
    this.#process.on('message', (reply: Reply) => this.#pending.get(reply.id)?.(reply))
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text))
    this.ended = this.#watch()
  }

  get pid(): number {
    return this.#process.pid!
  }

  get stderr(): string {
    return this.#stderr
  }

  do<T>(task: string, ...args: unknown[]): Promise<T> {
    return this.request(0, task, args)
  }

  /** A thread of this process, started by its first task. */
  thread(number: number): PeerThread {
    return new PeerThread(this, number)
  }

  async request<T>(thread: number, task: string, args: unknown[]): Promise<T> {
    const id = ++this.#requests
    const answered = new Promise<Reply>((resolve) => this.#pending.set(id, resolve))
    if (this.#process.connected) this.#process.send({ id, task, args, thread })
    const what = `${this.name} answers ${task} ${JSON.stringify(args)}`
    try {
      const { value, error } = await within(what, answered)
      if (error !== undefined) throw new PeerError(error)
      return value as T
    } finally {
      this.#pending.delete(id)
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.gone()
  }

  /** Kills it when its test is over: who still waits for an answer is not told. */
  async dismiss(): Promise<void> {
    this.#pending.clear()
    await this.kill()
  }

  gone(): Promise<[number | null, NodeJS.Signals | null]> {
    return within(`${this.name} ends`, this.ended)
  }

  /** Ends as a script does that has nothing left to do. */
  async finish(): Promise<void> {
    void this.do('finish').catch(() => {})
    const [code, signal] = await this.gone()
    if (code !== 0 || this.#stderr !== '') throw new Error(`${this.name} ended with ${code ?? signal}: ${this.#stderr}`)
  }

  // Not 'close', which a process that closed its channel does not emit.
  async #watch(): Promise<[number | null, NodeJS.Signals | null]> {
    const [ending] = await Promise.all([once(this.#process, 'exit'), once(this.#process.stderr!, 'end')])
    const error = { name: 'Ended', message: `${this.name} has ended: ${this.#stderr}`, code: 'ENDED' }
    for (const [id, settle] of this.#pending) settle({ id, error })
    return ending as [number | null, NodeJS.Signals | null]
  }
}

/** A worker thread of a peer. */
export class PeerThread extends Caller {
  readonly name: string
  readonly #peer: Peer
  readonly #number: number

  constructor(peer: Peer, number: number) {
    super()
    this.name = `${peer.name}.${number}`
    this.#peer = peer
    this.#number = number
  }

  do<T>(task: string, ...args: unknown[]): Promise<T> {
    return this.#peer.request(this.#number, task, args)
  }

  terminate(): Promise<void> {
    return this.#peer.do('terminate', this.#number)
  }
}

/** Whether a peer can be started in this way on this machine; if not, says so, and the test is over. */
export function canStart(t: ExecutionContext, { through = [] }: PeerOptions): boolean {
  // Another user may not be let in to where this checkout lies.
  const { status } = spawnSync(through[0]!, [...through.slice(1), process.execPath, '-e', `require('${addon}')`])
  if (status === 0) return true
  t.log(`skipped: ${through[0]} needs Linux, root, and a checkout that all may read`)
  t.pass()
  return false
}

/** The processes of one test and the directory that they share; all gone after the test. */
export class Party {
  readonly directory: string
  readonly location: string
  readonly log: RunLog
  readonly peers: Peer[] = []

  constructor(t: ExecutionContext, location?: string) {
    this.directory = temporaryDirectory(t)
    this.location = location ?? join(this.directory, 'store')
    this.log = new RunLog(join(this.directory, 'runs'))
    t.teardown(() => this.stop())
  }

  /** A new process, called A, B, C in turn. */
  start(options: PeerOptions = {}): Peer {
    const name = String.fromCodePoint('A'.codePointAt(0)! + this.peers.length)
    const peer = new Peer({ name, location: this.location, log: this.log.path, ...options })
    this.peers.push(peer)
    return peer
  }

  /** A new process that has used the store, so that it is a client of the first such one. */
  async join(options: PeerOptions = {}): Promise<Peer> {
    const peer = this.start(options)
    await peer.call('join', peer.name)
    return peer
  }

  async joinMany(count: number, options: PeerOptions = {}): Promise<Peer[]> {
    const peers: Peer[] = []
    for (let number = 0; number < count; number++) peers.push(await this.join(options))
    return peers
  }

  /** A path for which runs can wait. */
  gate(name = 'gate'): string {
    return join(this.directory, name)
  }

  async stop(): Promise<void> {
    await Promise.all(this.peers.map((peer) => peer.dismiss()))
  }
}
