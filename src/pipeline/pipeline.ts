import { noteUnkeyed } from '../function/unkeyed.ts'
import { type AnyFunction, noteFamiliar } from '../function/wrapped.ts'
import type { Door } from '../memory/door.ts'
import { Memory, doorOf } from '../memory/memory.ts'
import { checkKnown, checkString, invalid } from '../option/check.ts'
import { callingFile } from '../platform/caller.ts'
import type { FunctionStats } from '../report/function-stats.ts'
import type { CallRecord, RunRecord, RunState } from '../report/run-record.ts'
import { Execution } from '../run/execution.ts'
import type { Handed } from '../run/handed.ts'
import type { StandardSchemaV1 } from '../run/schema.ts'
import { type Asset, type Wire, type Wires, makeAsset } from './asset.ts'
import type { Invalidation } from './cache-store.ts'
import { codeFilesOf } from './code-files.ts'
import { parametersIn } from './context.ts'
import { type AddedStep, type Graph, wire } from './graph.ts'
import { type MapOptions, resolveMapOptions } from './map-options.ts'
import { mermaidOf } from './mermaid.ts'
import {
  type PipelineOptions,
  type PipelineRunOptions,
  type ResolvedPipelineOptions,
  type ResolvedRunOptions,
  resolvePipelineOptions,
  resolvePipelineRun,
} from './options.ts'
import { type PipelineJson, jsonOf } from './pipeline-json.ts'
import { PipelineListeners } from './pipeline-listeners.ts'
import type { Grown, Loose, PublishedBy } from './pipeline-outputs.ts'
import { PipelineRun, stateOf } from './pipeline-run.ts'
import { type Plan, Planning, planOf } from './plan.ts'
import { prepared } from './preparation.ts'
import { type PipelineResult, Result } from './result.ts'
import type { RunPlan } from './run-plan.ts'
import { shadesIn } from './shades.ts'
import { StepEntries } from './step-entries.ts'
import { StepNames } from './step-names.ts'
import type { AnyStep } from './step-types.ts'
import { definitionOf } from './step.ts'
import { subPipelineStep } from './sub-pipeline-step.ts'
import { watched } from './watch.ts'

let nameOutputs: (pipeline: Pipeline<any>, outputs: ReadonlyMap<string, Asset<any>>) => void

/** Has a pipeline give these, in place of what its steps publish. */
export function giveOutputs(pipeline: Pipeline<any>, outputs: ReadonlyMap<string, Asset<any>>): void {
  nameOutputs(pipeline, outputs)
}

/**
 * Steps that are wired. A run makes what changed, and finds the rest: a step runs again only if its code, its inputs or its
 * parameters of the context differ from all of which a result is stored.
 *
 * @example
 * ```ts
 * const etl = new Pipeline('etl', { context: { path: 'rows.csv' } }).addStep(load, clean, summarise)
 * console.log(String(await etl.plan())) // what would run, and why
 * const result = (await etl.run()).orThrow()
 * console.log(result.summary(), result.outputs.summary)
 * ```
 */
export class Pipeline<A extends object = Loose> implements AsyncDisposable {
  /** As given. Its runs are kept under it; no key has it. */
  readonly name: string
  readonly #options: ResolvedPipelineOptions
  readonly #steps: AddedStep[] = []
  readonly #names = new StepNames()
  readonly #listeners = new PipelineListeners()
  #memory: Memory | undefined
  /** Undefined: what its steps publish. */
  #outputs: ReadonlyMap<string, Asset<any>> | undefined

  static {
    nameOutputs = (pipeline, outputs) => (pipeline.#outputs = outputs)
    noteUnkeyed((object) =>
      #steps in object
        ? 'is a pipeline, and what its steps do is in their keys alone: add it to the other one by asStep(), or run it outside of the step'
        : undefined,
    )
  }

  /** @throws EngramError ERR_INVALID_OPTION */
  constructor(name: string, options: PipelineOptions = {}) {
    if (typeof name !== 'string' || name === '') throw invalid('A pipeline needs a name: new Pipeline(name).')
    this.name = name
    this.#options = resolvePipelineOptions(options)
  }

  /**
   * Adds steps that are wired by names: a parameter is given what another step publishes under its name, else that input of the
   * run, else that parameter of the context. The order does not matter. The pipeline that is returned is this one, and knows the types of
   * the outputs.
   *
   * @throws EngramError as `step` does.
   */
  addStep<S extends AnyStep[]>(...steps: S): Pipeline<Grown<A, PublishedBy<S>>> {
    return this.#add(steps, callingFile(this.addStep))
  }

  /** As `addStep`. */
  addSteps<const S extends readonly AnyStep[]>(steps: S): Pipeline<Grown<A, PublishedBy<S>>> {
    return this.#add(steps, callingFile(this.addSteps))
  }

  /** A pipeline of these steps. */
  static fromSteps<S extends AnyStep[]>(name: string, ...steps: S): Pipeline<Grown<Loose, PublishedBy<S>>> {
    return new Pipeline(name).#add(steps, callingFile(this.fromSteps))
  }

  #add(steps: readonly AnyStep[], file: string | undefined): Pipeline<any> {
    const definitions = steps.map((one) => definitionOf(one, file))
    for (const definition of definitions) {
      const { name } = definition
      this.#names.note(name)
      this.#steps.push({ name, definition, wires: undefined, map: undefined })
    }
    return this
  }

  /**
   * Adds a step that is wired by reference: its arguments are values, or what other steps give. A step that is added twice is
   * called `train` and `train-2`.
   *
   * @returns What it gives, for other steps and for `result.get`.
   * @throws EngramError as `step` does.
   */
  step<P extends any[], R>(fn: (...args: P) => R, ...args: Wires<P>): Asset<Awaited<R>> {
    const definition = definitionOf(fn as AnyFunction, callingFile(this.step), this.#unnamed('step'))
    return this.#refer({ definition, wires: args, map: undefined })
  }

  /**
   * Adds a step that runs a function once for each item. Each is stored by itself, whatever its place: of ten thousand items with a new
   * one, one runs. What failed runs again in the next run, and not what did not. `retry` and `timeout` are for each item.
   *
   * @returns What the items gave, in their order.
   * @throws EngramError as `step` does; ERR_INVALID_OPTION.
   *
   * @example
   * ```ts
   * const pages = pipeline.map(urls, download, { concurrency: 8, minSuccessRatio: 0.9 })
   * ```
   */
  map<T, R, X extends any[] = []>(
    items: Wire<readonly T[]>,
    fn: (item: T, ...rest: X) => R,
    options: MapOptions<X> = {},
  ): Asset<Awaited<R>[]> {
    const { rest, rules } = resolveMapOptions(options)
    const own = definitionOf(fn as AnyFunction, callingFile(this.map), this.#unnamed('map'))
    // What an item gives has no parts of its own.
    const definition = { ...own, outputs: [] }
    return this.#refer({ definition, wires: [items, ...rest], map: rules })
  }

  /** What a function without a name is called: nobody asks for it by name, and its code tells it from others. */
  #unnamed(name: string): string | undefined {
    const { strategy = 'codeHash' } = this.#options
    return strategy === 'codeHash' || strategy === 'syntaxHash' ? name : undefined
  }

  #refer({ definition, wires, map }: Omit<AddedStep, 'name'>): Asset<any> {
    const name = this.#names.take(definition.name)
    const step = this.#steps.push({ name, definition, wires, map }) - 1
    return makeAsset(name, { from: 'step', pipeline: this, step })
  }

  /** An input of the run, for `step` and `map`. A schema checks it, before anything runs. @throws EngramError ERR_INVALID_OPTION */
  input<T>(name: string, schema?: StandardSchemaV1<any, T>): Asset<T> {
    checkString(name, 'name')
    return makeAsset(name, { from: 'input', name, schema })
  }

  /** A parameter of the context, for `step` and `map`; `fallback` where it is not there. @throws EngramError ERR_INVALID_OPTION */
  param<T>(name: string, fallback?: T): Asset<T> {
    checkString(name, 'name')
    return makeAsset(name, { from: 'context', name, fallback: () => fallback })
  }

  /**
   * This pipeline as a step of another. It takes what its steps are not given by each other, by name, and gives an object of its
   * outputs. Its own steps are cached as ever, by the other pipeline's memory.
   *
   * @param options - `name`: of the step. Default: that of the pipeline.
   * @throws EngramError ERR_PIPELINE, ERR_INVALID_OPTION
   */
  asStep(options: { name?: string } = {}): AnyStep {
    checkKnown(options, ['name'])
    const { context, strategy } = this.#options
    return subPipelineStep({
      name: options.name ?? this.name,
      pipeline: this,
      steps: this.#steps,
      context: parametersIn(context),
      strategy,
      named: this.#outputs,
      run: (run, handed, door) => this.#run(run, handed, door),
      call: async (inputs) => (await this.run({ inputs })).orThrow().outputs,
    })
  }

  /**
   * Runs it.
   *
   * @returns What became of the steps, also where one failed: `orThrow` throws then.
   * @throws EngramError ERR_PIPELINE for a pipeline or options that make no sense, before anything runs; ERR_INVALID_OPTION,
   *   ERR_CLOSED.
   */
  async run(options: PipelineRunOptions = {}): Promise<PipelineResult<A>> {
    return (await this.#run(resolvePipelineRun(options, this.#options))) as unknown as PipelineResult<A>
  }

  async #run(options: ResolvedRunOptions, handed?: ReadonlyMap<string, Handed>, door = this.#door()): Promise<Result> {
    const plan = await this.#prepared(door, options, handed)
    const { settings } = options
    const listeners = [
      (call: CallRecord) => this.#listeners.tell('call', () => call),
      ...(settings.onCall === undefined ? [] : [settings.onCall]),
    ]
    const parts = { door, kind: 'pipeline', name: this.name, keep: this.#options.history } as const
    const execution = new Execution({ ...parts, settings, listeners })
    execution.begin(plan.chosen.length)
    const run = new PipelineRun(plan, execution)
    let state: RunState = 'failed'
    let ended: ReturnType<Execution['end']> | undefined
    try {
      await run.perform()
      state = stateOf(run, execution)
    } finally {
      // Whatever happened, it is not under way any more.
      ended = execution.end(state)
    }
    const { durationMs, savedMs } = ended
    const result = new Result({
      pipeline: this,
      name: this.name,
      graph: plan.graph,
      outcomes: run.outcomes,
      values: run.values,
      runId: execution.runId,
      state,
      startedAt: execution.startedAt,
      durationMs,
      savedMs,
      reason: execution.abortion.reason,
      named: this.#outputs,
      producerOf: door.producers(),
    })
    this.#listeners.tell('run', () => result.toJSON())
    return result
  }

  /**
   * Runs it, and again each time that code or files change, until the signal or the end of the loop. Files are those that stood in
   * the keys of the run before, or in its results: see `fileOf`. Where a source file changes of what its steps do, the program is started
   * anew with the same arguments, as modules are not loaded again; this process waits for that one, and ends as it does.
   *
   * @returns What became of the steps of each run, also where one failed.
   * @throws EngramError as `run`.
   *
   * @example
   * ```ts
   * for await (const result of report.watch({ inputs: { file: fileOf('rows.json') } })) console.log(result.summary())
   * ```
   */
  watch(options: PipelineRunOptions = {}): AsyncIterable<PipelineResult<A>> {
    const { signal } = resolvePipelineRun(options, this.#options).settings
    return watched({
      run: () => this.run(options),
      codeFiles: () => codeFilesOf(this.#steps, this.#place()),
      signal,
    })
  }

  /** What a run would do with each step, and why. Runs nothing, loads nothing, writes nothing. @throws as `run`. */
  async plan(options: PipelineRunOptions = {}): Promise<Plan> {
    const door = this.#door()
    const plan = await this.#prepared(door, resolvePipelineRun(options, this.#options))
    const planned = await new Planning(plan, this.#lastTimes()).all()
    return planOf(plan.graph.steps, planned)
  }

  /** The same as `plan`. */
  dryRun(options: PipelineRunOptions = {}): Promise<Plan> {
    return this.plan(options)
  }

  async #prepared(
    door: Door,
    options: ResolvedRunOptions,
    handed?: ReadonlyMap<string, Handed>,
  ): ReturnType<typeof prepared> {
    const { name } = this
    const parts = { pipeline: this, name, steps: this.#steps, door, strategy: this.#options.strategy, options }
    return prepared({ ...parts, ...(handed !== undefined && { handed }) })
  }

  /** Asked for once, when it is first needed: the history is read for it. */
  #lastTimes(): () => ReadonlyMap<string, number> {
    let times: Map<string, number> | undefined
    return () => {
      if (times !== undefined) return times
      times = new Map()
      for (const { calls } of this.runs(3))
        for (const { name, state, durationMs } of calls)
          if (state === 'ran' && !times.has(name)) times.set(name, durationMs)
      return times
    }
  }

  /** The newest of its runs that are kept, newest first. @throws EngramError as `Memory.runs` does. */
  runs(limit?: number): Iterable<RunRecord> {
    return this.#opened().runs({ name: this.name, kind: 'pipeline', ...(limit !== undefined && { limit }) })
  }

  /** Drops results of its steps; says how many. @throws EngramError ERR_PIPELINE for a step that it does not have; as `Memory.clear`. */
  invalidate(filter: Omit<Invalidation, 'key'> = {}): number {
    return this.#entries().invalidate(filter)
  }

  /** What calls of its steps did, and what is stored of them. @throws EngramError as `Memory.stats` does. */
  stats(): FunctionStats {
    return this.#entries().stats()
  }

  #entries(): StepEntries {
    return new StepEntries(this.name, this.#steps, this.#opened())
  }

  /** Hears of each step of its runs when it is over, or of each run. @throws EngramError ERR_INVALID_OPTION */
  on(event: 'call', listener: (call: CallRecord) => void): this
  on(event: 'run', listener: (run: RunRecord) => void): this
  on(event: 'call' | 'run', listener: (record: any) => void): this {
    this.#listeners.add(event, listener)
    return this
  }

  /** Ends what `on` began for this listener. */
  off(event: 'call' | 'run', listener: (record: any) => void): this {
    this.#listeners.remove(event, listener)
    return this
  }

  /** A flowchart in Mermaid's language; of a result, a plan or a record it shows what becomes of each step. */
  toMermaid(of?: PipelineResult<any> | Plan | RunRecord): string {
    return mermaidOf(this.#wired(), shadesIn(of))
  }

  /** Its steps, what they take and give by name, and which give to which. @throws EngramError ERR_PIPELINE */
  toJSON(): PipelineJson {
    return jsonOf(this.name, this.#wired())
  }

  /** Lets go of the store, unless it was given as `memory`. */
  async close(): Promise<void> {
    if (this.#options.memory === undefined) await this.#memory?.close()
  }

  /** `close()`, at the end of the block of an `await using` declaration. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #wired(): Graph {
    return wire(this, this.#steps, undefined)
  }

  /** Where its steps lie. @throws EngramError ERR_CLOSED */
  #place(): Pick<RunPlan, 'door' | 'isOff' | 'strategy'> {
    const door = this.#door()
    return { door, isOff: !door.isCaching, strategy: this.#options.strategy }
  }

  #opened(): Memory {
    const { isCaching, memory, cacheDir } = this.#options
    if (memory !== undefined && isCaching) return memory
    return (this.#memory ??= isCaching
      ? new Memory(cacheDir === undefined ? {} : { location: cacheDir })
      : new Memory(null))
  }

  /** @throws EngramError ERR_CLOSED */
  #door(): Door {
    const door = doorOf(this.#opened())
    door.refuseClosed()
    return door
  }
}

// A function may make a pipeline of its own: what its steps do is in the function.
noteFamiliar(Pipeline)
