import type { Payload } from '../entry/payload.ts'
import type { CallRecord, RunRecord, RunState } from '../report/run-record.ts'
import type { Handed } from '../run/handed.ts'
import { handMember } from '../run/handed.ts'
import { changeText } from '../run/progress.ts'
import { timeText } from '../words/quantity.ts'
import { tableText } from '../words/table.ts'
import { type Asset, assetPathOf } from './asset.ts'
import { listed, pipelineError } from './error.ts'
import type { Graph, GraphStep } from './graph.ts'
import { type StepValue, partOf } from './publication.ts'
import type { MapItems } from './run-plan.ts'
import type { StepOutcomes } from './step-outcomes.ts'

/** What became of a step. */
export interface StepResult<T = any> extends Omit<CallRecord, 'error'> {
  /** Of a map: what became of its items. */
  readonly items?: MapItems
  /** Whether it gave a result. */
  readonly success: boolean
  /** Whether it did not have to run for that. */
  readonly cached: boolean
  /** Whether its condition said no, or it needs a step that was skipped. */
  readonly skipped: boolean
  /** How long it took, in seconds. */
  readonly durationSeconds: number
  /** Attempts after the first. */
  readonly retries: number
  /** Loaded when it is read; throws what the step threw. */
  readonly output: T
  /** What it threw. */
  readonly error?: Error
}

/** What a run gave, and what became of its steps. */
export interface PipelineResult<A extends object = Record<string, any>> {
  /** Whether no step failed or was cancelled. */
  readonly success: boolean
  /** 'completed'; 'failed' where a step failed; 'cancelled' where the run's signal ended it. */
  readonly state: 'completed' | 'failed' | 'cancelled'
  /** As the history has it: `memory.run(runId)`. */
  readonly runId: string
  /** From the begin of the run to its end, in seconds. */
  readonly durationSeconds: number
  /** From the begin of the run to its end, in milliseconds. */
  readonly durationMs: number
  /** How long the runs took that were spared, in milliseconds. */
  readonly savedMs: number
  /** By name; each is loaded when it is read, and kept. Where its step failed, reading throws its error. */
  readonly outputs: Readonly<A>
  /** By name; without a prototype. */
  readonly stepResults: Readonly<Record<string, StepResult>>
  /** Hits over all steps of the result, 0 to 1. */
  readonly hitRate: number
  /** A value of the run, loaded. @throws EngramError ERR_PIPELINE for what is not of this pipeline; what its step threw. */
  get<T>(asset: Asset<T>): T
  /** An output, loaded. @throws as above. */
  get<K extends keyof A & string>(name: K): A[K]
  /** An output, or what a step gave, loaded. @throws as above. */
  get(stepOrOutput: string): unknown
  /** A value of the run without loading it. @throws as `get`. */
  payload<T>(asset: Asset<T>): Payload<T>
  /** An output, or what a step gave, without loading it. @throws as `get`. */
  payload(stepOrOutput: string): Payload<unknown>
  /** Itself, or throws what failed: the one error, or an AggregateError. */
  orThrow(): this
  /** A table of the steps: what became of each, how long it took, what it was spared, and why it ran. */
  summary(): string
  /** As the history has it. */
  toJSON(): RunRecord
}

/** What a result is made of. */
export interface ResultParts {
  readonly pipeline: object
  readonly name: string
  readonly graph: Graph
  readonly outcomes: StepOutcomes
  /** What steps gave, also those that were not part of the run. */
  readonly values: ReadonlyMap<number, StepValue>
  readonly runId: string
  readonly state: RunState
  readonly startedAt: number
  readonly durationMs: number
  readonly savedMs: number
  /** What the run's end was caused by. */
  readonly reason: unknown
  /** Of the assets that the pipeline's own outputs are: see `pipeline()`. */
  readonly named: ReadonlyMap<string, Asset<any>> | undefined
  readonly producerOf: (key: string) => string | undefined
}

export class Result implements PipelineResult {
  readonly success: boolean
  readonly state: 'completed' | 'failed' | 'cancelled'
  readonly runId: string
  readonly durationMs: number
  readonly savedMs: number
  readonly hitRate: number
  readonly #parts: ResultParts
  /** Made when they are first asked for, as a run may have very many. */
  #outputs: Record<string, any> | undefined
  #stepResults: Record<string, StepResult> | undefined
  /** What was loaded. */
  readonly #loaded = new Map<Handed, unknown>()

  constructor(parts: ResultParts) {
    this.#parts = parts
    const { outcomes, runId, state, durationMs, savedMs } = parts
    this.runId = runId
    this.state = state as PipelineResult['state']
    this.durationMs = durationMs
    this.savedMs = savedMs
    this.success = state === 'completed'
    this.hitRate = outcomes.size === 0 ? 0 : outcomes.count('hit') / outcomes.size
  }

  get outputs(): Record<string, any> {
    if (this.#outputs !== undefined) return this.#outputs
    const { named, graph } = this.#parts
    const outputs = (this.#outputs = Object.create(null) as Record<string, any>)
    for (const name of (named ?? graph.makers).keys()) this.#defineOutput(outputs, name)
    return outputs
  }

  get stepResults(): Record<string, StepResult> {
    if (this.#stepResults !== undefined) return this.#stepResults
    const { graph, outcomes } = this.#parts
    const results = (this.#stepResults = Object.create(null) as Record<string, StepResult>)
    for (const step of graph.steps) if (outcomes.has(step.index)) define(results, step.name, () => this.#resultOf(step))
    return results
  }

  get durationSeconds(): number {
    return this.durationMs / 1000
  }

  get(of: unknown): any {
    return this.#load(this.handed(of))
  }

  payload(of: unknown): Payload<any> {
    return this.handed(of).payload()
  }

  /** As it is handed on. */
  handed(of: unknown): Handed {
    return handedIn(this.#parts, of, (step, part, asked) => this.#handedOf(step, part, asked))
  }

  orThrow(): this {
    if (this.success) return this
    const { graph, name, outcomes, reason } = this.#parts
    const errors = [...outcomes.errors.values()]
    if (errors.length === 0) throw reason
    if (errors.length === 1) throw errors[0]
    const names = listed(Array.from(outcomes.errors.keys(), (step) => graph.steps[step]!.name))
    throw new AggregateError(errors, `${errors.length} steps of '${name}' failed: ${names}.`)
  }

  summary(): string {
    const { outcomes } = this.#parts
    const rows = outcomes.steps().map((step) => {
      const record = outcomes.recordOf(step)
      // What was not begun took no time.
      const time = record.durationMs === 0 ? '' : timeText(record.durationMs)
      const notes = [...itemsIn(outcomes.itemsOf(step)), ...notesOf(record)]
      return [record.name, record.state, time, savedText(record), notes.join(', ')]
    })
    const table = tableText([['step', 'state', 'time', 'saved', ''], ...rows])
    const rate = `${Math.round(this.hitRate * 100)} % from the cache`
    return `${table}\n${this.#parts.name}: ${this.state} in ${timeText(this.durationMs)}, saved ${timeText(this.savedMs)}, ${rate}`
  }

  toJSON(): RunRecord {
    const { name, startedAt } = this.#parts
    const { runId, state, durationMs } = this
    return { runId, kind: 'pipeline', name, state, startedAt, durationMs, calls: this.#records() }
  }

  #records(): CallRecord[] {
    const { outcomes } = this.#parts
    return outcomes.steps().map((step) => outcomes.recordOf(step))
  }

  #defineOutput(outputs: Record<string, any>, name: string): void {
    const { graph, outcomes, values, named } = this.#parts
    const asset = named?.get(name)
    const step = asset === undefined ? graph.makers.get(name)!.step : undefined
    // Of a step that was not part of the run there is nothing to tell.
    if (step !== undefined && !outcomes.has(step) && !values.has(step)) return
    define(outputs, name, () => this.get(asset ?? name))
  }

  #resultOf({ index, name }: GraphStep): StepResult {
    const { outcomes, producerOf } = this.#parts
    const record = outcomes.recordOf(index)
    const items = outcomes.itemsOf(index)
    const { error: _, ...told } = record
    const isSuccess = record.state === 'hit' || record.state === 'ran'
    const result = {
      ...told,
      ...(items !== undefined && { items }),
      success: isSuccess,
      cached: record.state === 'hit',
      skipped: record.state === 'skipped',
      durationSeconds: record.durationMs / 1000,
      retries: Math.max(record.attempts - 1, 0),
      ...(record.state === 'failed' && { error: errorOf(outcomes.errors.get(index)) }),
    }
    const load = (): unknown => this.#load(this.#handedOf(index, undefined, name))
    Object.defineProperty(result, 'output', { get: load, configurable: true })
    if (record.state === 'hit') {
      const produced = (): string | undefined => producerOf(record.key)
      Object.defineProperty(result, 'producedBy', { get: produced, configurable: true })
    }
    return result as unknown as StepResult
  }

  #load(handed: Handed): unknown {
    if (!this.#loaded.has(handed)) this.#loaded.set(handed, handed.load())
    return this.#loaded.get(handed)
  }

  #handedOf(step: number, part: string | undefined, asked: string): Handed {
    const { graph, outcomes, values } = this.#parts
    const value = values.get(step)
    if (value !== undefined) return partOf(value, part)
    const { name } = graph.steps[step]!
    if (!outcomes.has(step))
      throw pipelineError(`'${asked}' is not there: the step '${name}' was not part of this run.`)
    if (outcomes.errors.has(step)) throw outcomes.errors.get(step)
    throw pipelineError(
      `'${asked}' is not there: the step '${name}' was ${outcomes.stateOf(step)}.`,
      this.#parts.reason,
    )
  }
}

/** What is asked for by an asset, an output's or a step's name. @throws EngramError ERR_PIPELINE */
export function handedIn(
  { graph, named, pipeline, name }: Pick<ResultParts, 'graph' | 'named' | 'pipeline' | 'name'>,
  of: unknown,
  handedOf: (step: number, part: string | undefined, asked: string) => Handed,
): Handed {
  const path = assetPathOf(typeof of === 'string' ? (named?.get(of) ?? of) : of)
  if (path !== undefined) {
    const { source } = path
    if (source.from !== 'step' || source.pipeline !== pipeline)
      throw pipelineError(`What was asked for is not what a step of '${name}' gives.`)
    const [first, ...rest] = path.path
    const { outputs } = graph.steps[source.step]!.definition
    const part = outputs.length > 1 && outputs.some((output) => output.name === first) ? String(first) : undefined
    return handMember(handedOf(source.step, part, String(first ?? name)), part === undefined ? path.path : rest)
  }
  if (typeof of !== 'string') throw pipelineError('get(of) needs an asset, or the name of an output or a step.')
  const maker =
    graph.makers.get(of) ?? (graph.byName.has(of) ? { step: graph.byName.get(of)!, part: undefined } : undefined)
  if (maker !== undefined) return handedOf(maker.step, maker.part, of)
  const there = listed(new Set([...graph.makers.keys(), ...graph.byName.keys()]))
  throw pipelineError(`'${name}' has no output and no step '${of}'. There is: ${there}.`)
}

/** A property that is made when it is read, and kept. */
function define(object: object, name: string, make: () => unknown): void {
  let made: { value: unknown } | undefined
  const get = (): unknown => (made ??= { value: make() }).value
  Object.defineProperty(object, name, { get, enumerable: true, configurable: true })
}

function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('A step threw what is not an error.', { cause: thrown })
}

function savedText({ state, savedMs }: CallRecord): string {
  return state === 'hit' ? timeText(savedMs) : ''
}

/** What became of the items of a map, where it says more than the state. */
function itemsIn(items: MapItems | undefined): string[] {
  if (items === undefined) return []
  const counted = Object.entries(items).filter(([, count]) => count > 0)
  return counted.map(([what, count]) => `${count} ${count === 1 ? 'item' : 'items'} ${what}`)
}

function notesOf({ state, attempts, changed, error, reports }: CallRecord): string[] {
  const notes = Object.entries(reports).map(([name, value]) => `${name} ${value}`)
  if (attempts > 1) notes.unshift(`${attempts} attempts`)
  if (state === 'failed') notes.unshift(error?.message.split('\n', 1)[0] ?? '')
  if (state === 'ran') notes.push(...changed.slice(0, 3).map(changeText))
  return notes
}
