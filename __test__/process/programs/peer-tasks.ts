import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import {
  type CacheOptions,
  type CallEvent,
  type EntryFilter,
  Memory,
  type MemoryOptions,
  Payload,
} from '../../../index.ts'
import { doorOf } from '../../../src/memory/memory.ts'
import { RunLog } from '../../kit/run-log.ts'
import { type How, type Kind, type Nested, type Recorded, RecordedWork } from './recorded-work.ts'

export interface PeerSettings {
  /** As in the log of runs. */
  name: string
  location: string | null
  log: string
  options?: Omit<MemoryOptions, 'location' | 'clock'>
  /** How far its clock is from the machine's, in milliseconds. */
  clockOffsetMs?: number
}

/** One call that a peer is to make. */
export interface Wanted extends Nested {
  kind?: Kind
  /** Options of the cached function. */
  options?: CacheOptions
  /** Runs and overwrites. */
  refresh?: boolean
  /** Nobody listens to its event, which makes every hit ask the core. */
  isUnheard?: boolean
}

/** What a call gave. */
export interface Answer {
  value: unknown
  /** Of its event. */
  status: CallEvent['status'] | undefined
  cacheStatus: CallEvent['cacheStatus'] | undefined
}

export interface Many {
  name: string
  keys: string[]
  kind: Kind
  how?: How
  /** How many calls at once, for asynchronous ones. */
  concurrency?: number
}

/** What a process of a test can do. */
export class PeerTasks {
  readonly #name: string
  readonly #log: RunLog
  readonly #work: RecordedWork
  readonly #memory: Memory
  readonly #warnings: string[] = []
  #files: number[] = []
  #held: unknown

  constructor({ name, location, log, options, clockOffsetMs }: PeerSettings) {
    this.#name = name
    this.#log = new RunLog(log)
    this.#log.open()
    const clock = clockOffsetMs === undefined ? {} : { clock: () => Date.now() + clockOffsetMs }
    this.#memory = new Memory({ location, ...options, ...clock })
    this.#work = new RecordedWork(this.#memory, this.#log, name)
    process.on('warning', (warning: Error & { code?: string }) => {
      if (warning.name === 'EngramWarning') this.#warnings.push(warning.code ?? 'none')
    })
  }

  perform(task: string, args: unknown[]): unknown {
    return (this.#tasks[task] as (...args: unknown[]) => unknown)(...args)
  }

  readonly #tasks: Record<string, (...args: any[]) => unknown> = {
    call: (wanted: Wanted) => this.#call(wanted),
    callMany: (many: Many) => this.#callMany(many),
    above: (wanted: Wanted, floor: string, ms: number) => this.#above(wanted, floor, ms),
    raise: (wanted: Wanted, floor: string, count: number) => this.#raise(wanted, floor, count),
    hold: async ({ name, key, how = {} }: Wanted) => {
      this.#held = await this.#work.cached(name, 'sync')(key, how)
    },
    held: () => described(this.#held),
    has: ({ name, key, kind = 'sync' }: Wanted) => this.#work.cached(name, kind).has(key),
    lookupMany: (name: string, keys: string[]) => this.#work.cached(name, 'sync').lookupMany(keys.map((key) => [key])),
    shelve: ({ name, key, how = {} }: Wanted) => this.#work.cached(name, 'sync').shelve(key, how).toJSON(),
    unshelve: (json: unknown) => Payload.from(json, this.#memory).value,
    explain: ({ name, key, kind = 'sync' }: Wanted) => this.#work.cached(name, kind).explain(key),
    forget: ({ name, key, kind = 'sync' }: Wanted) => this.#work.cached(name, kind).forget(key),
    clearFunction: (name: string) => this.#work.cached(name, 'sync').clear(),
    clear: (filter?: EntryFilter) => this.#memory.clear(filter),
    reduce: (limits: { maxEntries?: number }) => this.#memory.reduce(limits),
    stats: () => ({ ...this.#memory.stats(), byFunction: undefined }),
    role: () => this.#memory.stats().role,
    entries: (filter?: EntryFilter) => [...this.#memory.entries(filter)],
    writeRecord: (name: string, beganAt: number, keep: number) => {
      const record = { kind: 'run', name, beganAt, id: `${this.#name} ${beganAt}` }
      const rows = [
        { record, value: { by: this.#name } },
        { record, part: 'call', value: beganAt },
      ]
      doorOf(this.#memory).records.write(rows, keep)
    },
    records: (name: string) =>
      doorOf(this.#memory)
        .records.list({ kind: 'run', name })
        .map(({ record, value }) => ({ value, parts: doorOf(this.#memory).records.parts(record) })),
    dropRecords: (name: string) => doorOf(this.#memory).records.drop({ kind: 'run', name }),
    warnings: () => this.#warnings,
    spinUntil: (gate: string) => {
      while (!existsSync(gate));
    },
    readFile: async (path: string) => (await readFile(path)).length,
    memoryUse: () => process.memoryUsage.rss(),
    close: () => this.#memory.close(),
    exit: (code: number) => process.exit(code),
    // Nothing keeps the process any longer.
    finish: () => process.removeAllListeners('disconnect').disconnect(),
    fail: () =>
      setImmediate(() => {
        throw new Error('nobody catches this')
      }),
    exhaustFiles: (left: number) => this.#exhaustFiles(left),
    releaseFiles: () => this.#releaseFiles(),
    cpuWhile: async (wanted: Wanted) => {
      const before = process.cpuUsage()
      const { value } = await this.#call(wanted)
      const { user, system } = process.cpuUsage(before)
      return { value, cpuMs: (user + system) / 1000 }
    },
  }

  #cached({ name, kind = 'sync', options }: Wanted): Recorded {
    return this.#work.cached(name, kind, options)
  }

  async #call(wanted: Wanted): Promise<Answer> {
    const cached = this.#cached(wanted)
    const events: CallEvent[] = []
    const listen = (event: CallEvent): unknown => events.push(event)
    if (!wanted.isUnheard) this.#memory.on('call', listen)
    let value: unknown
    try {
      value = await (wanted.refresh ? cached.refresh(wanted.key, wanted.how) : cached(wanted.key, wanted.how))
    } finally {
      this.#memory.off('call', listen)
    }
    const key = cached.key(wanted.key)
    const event = events.findLast((each) => each.key === key)
    // Functions do not travel.
    const sent = typeof value === 'function' ? 'a function' : described(value)
    return { value: sent, status: event?.status, cacheStatus: event?.cacheStatus }
  }

  /** Calls for all keys; the keys whose values are wrong. */
  async #callMany({ name, keys, kind, how = {}, concurrency = 1 }: Many): Promise<string[]> {
    const cached = this.#work.cached(name, kind)
    const wrong: string[] = []
    const left = keys.values()
    const callRest = async (): Promise<void> => {
      for (const key of left) {
        if ((await cached(key, how)) !== `value of ${name} ${key}`) wrong.push(key)
      }
    }
    await Promise.all(Array.from({ length: kind === 'sync' ? 1 : concurrency }, callRest))
    return wrong
  }

  /** Overwrites an entry with ever higher numbers, and writes each to a file once it is stored. */
  #raise(wanted: Wanted, floor: string, count: number): void {
    const cached = this.#cached(wanted)
    for (let value = 1; value <= count; value++) {
      cached.refresh(wanted.key, { value })
      writeFileSync(`${floor}.${wanted.key}`, String(value).padStart(8))
    }
  }

  /** For a while, calls and counts the values below what was known to be stored when the call began. */
  #above(wanted: Wanted, floor: string, ms: number): { calls: number; old: number; highest: number } {
    const cached = this.#cached(wanted)
    const end = performance.now() + ms
    const seen = { calls: 0, old: 0, highest: 0 }
    while (performance.now() < end) {
      const least = Number(readFileSync(`${floor}.${wanted.key}`, 'utf8'))
      const value = cached(wanted.key, { value: 0 }) as number
      seen.calls++
      if (value < least) seen.old++
      seen.highest = Math.max(seen.highest, value)
    }
    return seen
  }

  /** Opens files until no more can be opened, then closes so many of them. */
  #exhaustFiles(left: number): number {
    try {
      for (;;) this.#files.push(openSync('/dev/null', 'r'))
    } catch {
      for (const file of this.#files.splice(0, left)) closeSync(file)
    }
    return this.#files.length
  }

  #releaseFiles(): void {
    for (const file of this.#files) closeSync(file)
    this.#files = []
  }
}

/** Large arrays stay where they are; their length, first and last element and sum travel. */
function described(value: unknown): unknown {
  if (!(value instanceof Float64Array)) return value
  return { length: value.length, first: value[0], last: value.at(-1), sum: value.reduce((sum, each) => sum + each, 0) }
}
