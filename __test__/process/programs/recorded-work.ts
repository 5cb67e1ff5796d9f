import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CacheOptions, CachedFunction, Memory } from '../../../index.ts'
import { PATIENCE_MS } from '../../kit/deadline.ts'
import type { RunLog } from '../../kit/run-log.ts'

/** What a run of a function does. No part of its key: each caller says what happens if it is the one that runs it. */
export interface How {
  /** How long it takes. */
  ms?: number
  /** Keeps the processor busy meanwhile. */
  busy?: boolean
  /** It goes on once this file is there. */
  gate?: string
  /** It goes on once a run of this started: 'g 1'. */
  after?: string
  /** It calls another cached function, and fails if that returns another value than it should. */
  calls?: Nested
  throws?: string
  result?: 'text' | 'undefined' | 'null' | 'function' | 'floats'
  /** Of the floats. */
  byteLength?: number
  /** Returned instead of everything above. */
  value?: unknown
}

export interface Nested {
  name: string
  key: string
  how?: How
}

export type Kind = 'sync' | 'async'
export type Recorded = CachedFunction<(key: string, how?: How) => unknown>

const POLL_MS = 2
const asleep = new Int32Array(new SharedArrayBuffer(4))

/** Cached functions that write down each of their runs. */
export class RecordedWork {
  readonly #memory: Memory
  readonly #log: RunLog
  readonly #who: string

  constructor(memory: Memory, log: RunLog, who: string) {
    this.#memory = memory
    this.#log = log
    this.#who = who
  }

  cached(name: string, kind: Kind, options: CacheOptions = {}): Recorded {
    const sync = (key: string, how: How = {}): unknown => this.#run(name, key, how)
    const later = (key: string, how: How = {}): Promise<unknown> => this.#runLater(name, key, how)
    const fn: (key: string, how?: How) => unknown = kind === 'sync' ? sync : later
    return this.#memory.cache(fn, { name, strategy: 'inputHash', params: ['key', 'how'], ignore: ['how'], ...options })
  }

  #run(name: string, key: string, how: How): unknown {
    this.#log.write('start', `${name} ${key}`, this.#who)
    try {
      const giveUpAt = Date.now() + PATIENCE_MS
      while (!this.#mayGoOn(how, giveUpAt)) Atomics.wait(asleep, 0, 0, POLL_MS)
      if (how.calls) check(how.calls, this.cached(how.calls.name, 'sync')(how.calls.key, how.calls.how))
      if (how.busy) spin(how.ms ?? 0)
      else if (how.ms) Atomics.wait(asleep, 0, 0, how.ms)
      return resultOf(name, key, how)
    } finally {
      this.#log.write('end', `${name} ${key}`, this.#who)
    }
  }

  async #runLater(name: string, key: string, how: How): Promise<unknown> {
    this.#log.write('start', `${name} ${key}`, this.#who)
    try {
      const giveUpAt = Date.now() + PATIENCE_MS
      while (!this.#mayGoOn(how, giveUpAt)) await sleep(POLL_MS)
      if (how.calls) check(how.calls, await this.cached(how.calls.name, 'async')(how.calls.key, how.calls.how))
      if (how.ms) await sleep(how.ms)
      return resultOf(name, key, how)
    } finally {
      this.#log.write('end', `${name} ${key}`, this.#who)
    }
  }

  #mayGoOn({ gate, after }: How, giveUpAt: number): boolean {
    if (Date.now() > giveUpAt) throw new Error(`waited in vain for ${gate ?? after}`)
    return (gate === undefined || existsSync(gate)) && (after === undefined || this.#log.has('start', after))
  }
}

/** What a function returns unless it is told otherwise. */
export function textOf(name: string, key: string): string {
  return `value of ${name} ${key}`
}

function resultOf(name: string, key: string, how: How): unknown {
  if (how.throws !== undefined) throw new RangeError(how.throws)
  if ('value' in how) return how.value
  if (how.result === 'undefined') return undefined
  if (how.result === 'null') return null
  if (how.result === 'function') return () => key
  if (how.result === 'floats') return new Float64Array((how.byteLength ?? 0) / 8).map((_, index) => index)
  return textOf(name, key)
}

function check({ name, key }: Nested, value: unknown): void {
  if (value !== textOf(name, key)) throw new Error(`${name} ${key} returned ${String(value)}`)
}

export function spin(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}
