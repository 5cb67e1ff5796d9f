import type { Payload } from '../entry/payload.ts'
import type { EntryInfo, Lookup } from '../report/entry-info.ts'
import type { KeyChange } from '../report/explanation.ts'
import { toldChanges } from '../run/call-recording.ts'
import { Explanations } from '../run/explanations.ts'
import { handPayload } from '../run/handed.ts'
import { changeText } from '../run/progress.ts'
import { EngramError } from '../words/error.ts'
import { timeText } from '../words/quantity.ts'
import { tableText } from '../words/table.ts'
import { type Argument, argumentsOf } from './arguments.ts'
import { NotYet, assetsFor } from './condition.ts'
import type { GraphStep } from './graph.ts'
import { mapValue } from './map-call.ts'
import { type StepValue, stepValue } from './publication.ts'
import type { RunPlan } from './run-plan.ts'
import { RunValues } from './run-values.ts'
import { type StepPlace, placeOfStep, strategyOf } from './step-calls.ts'
import { subPipelineOf } from './sub-pipeline.ts'

/**
 * What a run would do with a step.
 *
 * - `hit`, `miss`, `stale`: as `CachedFunction.lookup` says. A miss with the reason 'refresh' was asked for.
 * - `unknown`: its key depends on what a step before it gives, which would run: see `waitsFor`.
 * - `bypass`: it is not cached, so it would run.
 * - `skipped`: its condition says no; with the reason 'upstream': a step that it needs would be skipped.
 */
export type PlannedStep = {
  /** Of the step. */
  readonly name: string
  /** Of a miss: what of its key differs from the nearest entry's. As in `CallRecord`, of thousands the first ones say it. */
  readonly changed: readonly KeyChange[]
  /** The steps that must run before its key is known. */
  readonly waitsFor: readonly string[]
  /** How long it took last time, in milliseconds; absent where that is not known. */
  readonly expectedMs?: number
} & (
  | Lookup
  | {
      /** It is not looked for. */
      readonly status: 'unknown' | 'bypass' | 'skipped'
      /** Of one that is skipped: whether for a step that it needs. */
      readonly reason?: 'upstream'
    }
)

/** What a run would do, by the names of the steps. Printed, it is a table. It has no prototype. */
export type Plan = Readonly<Record<string, PlannedStep>> & {
  /** A table. For the compiler it is a step too, or `Object.values(plan)` would not be steps alone. */
  readonly toString: PlannedStep & (() => string)
}

/** Looks what the steps of a run would do, in their order. Nothing runs but conditions and functions of keys. */
export class Planning {
  readonly #plan: RunPlan
  readonly #values: RunValues
  readonly #planned = new Map<number, PlannedStep>()
  /** Steps that may turn out to be skipped. */
  readonly #doubtful = new Set<number>()
  readonly #explanations = Explanations.ofPlan()
  /** How long steps took when they last ran. */
  readonly #lastMs: () => ReadonlyMap<string, number>

  constructor(plan: RunPlan, lastMs: () => ReadonlyMap<string, number>) {
    this.#plan = plan
    this.#values = new RunValues(plan)
    this.#lastMs = lastMs
  }

  /** By place in the graph. */
  async all(): Promise<ReadonlyMap<number, PlannedStep>> {
    const { graph, chosen } = this.#plan
    const wanted = new Set(chosen)
    let left = graph.order.filter((step) => wanted.has(step))
    // A condition may read what a later step gives.
    for (let before = -1; left.length !== before;) {
      before = left.length
      const again: number[] = []
      for (const index of left) {
        // oxlint-disable-next-line no-await-in-loop -- what a step would give decides about those after it
        const planned = await this.#planOf(graph.steps[index]!, again.length > 0)
        if (planned === undefined) again.push(index)
        else this.#planned.set(index, planned)
      }
      left = again
    }
    for (const index of left) this.#planned.set(index, this.#unplanned(graph.steps[index]!, 'unknown', []))
    return this.#planned
  }

  /** What steps would give without running. */
  get values(): ReadonlyMap<number, StepValue> {
    return this.#values.ofSteps
  }

  /** Undefined where it has to be asked again, when other steps are planned. */
  async #planOf(step: GraphStep, mayWait: boolean): Promise<PlannedStep | undefined> {
    const upstream = step.needs.filter((need) => !this.#values.ofSteps.has(need))
    if (upstream.some((need) => this.#planned.get(need)?.status === 'skipped'))
      return this.#unplanned(step, 'skipped', [], 'upstream')
    if (mayWait && upstream.some((need) => !this.#planned.has(need))) return undefined
    try {
      if (!(await this.#mayRun(step))) return this.#unplanned(step, 'skipped', [])
    } catch (error) {
      if (!(error instanceof NotYet)) throw error
      this.#doubtful.add(step.index)
      return this.#planned.has(error.step) ? this.#unplanned(step, 'unknown', [error.step]) : undefined
    }
    if (step.needs.some((need) => this.#doubtful.has(need))) this.#doubtful.add(step.index)
    else if (upstream.length > 0 && this.#isUncached(step)) return this.#unplanned(step, 'bypass', [])
    if (upstream.length > 0) return this.#unplanned(step, 'unknown', upstream)
    return this.#keyed(step, argumentsOf(step, this.#values)!)
  }

  async #mayRun({ index, definition }: GraphStep): Promise<boolean> {
    return (
      definition.condition === undefined ||
      (await definition.condition(assetsFor(index, this.#plan, this.#values))) === true
    )
  }

  /** Whatever it is given. */
  #isUncached({ definition }: GraphStep): boolean {
    if (subPipelineOf(definition) !== undefined) return false
    return strategyOf(definition, this.#plan) === false
  }

  async #keyed(step: GraphStep, args: readonly Argument[]): Promise<PlannedStep> {
    if (subPipelineOf(step.definition) !== undefined) return this.#sub(step, args)
    const place = placeOfStep(step, args, this.#plan, () => undefined)
    if (place === undefined) return this.#unplanned(step, 'bypass', [])
    try {
      return this.#looked(step, args, place)
    } catch (error) {
      // What cannot be hashed runs uncached.
      if (!(error instanceof EngramError && error.code === 'ERR_UNHASHABLE')) throw error
      return this.#unplanned(step, 'bypass', [])
    }
  }

  #looked(step: GraphStep, args: readonly Argument[], { calls, keyInputs }: StepPlace): PlannedStep {
    const { name } = step
    const told = { name, changed: [], waitsFor: [], ...this.#expected(name) }
    if (this.#plan.refreshed.has(step.index))
      return { ...told, status: 'miss', reason: 'refresh', key: calls.key(keyInputs) }
    const [looked] = calls.lookupMany([keyInputs]) as [Lookup]
    if (looked.status === 'hit') return this.#hit(step, looked.info, calls.payloadOf(looked.info))
    const changed = looked.reason === 'absent' ? this.#explanations.of(() => calls.explain(keyInputs).changed) : []
    const fromContext = new Set(args.flatMap((one) => (one.isOfContext ? [one.name] : [])))
    return { ...told, changed: toldChanges(changed, fromContext), ...looked }
  }

  #hit(step: GraphStep, info: EntryInfo, payload: Payload | undefined): PlannedStep {
    const { door } = this.#plan
    if (payload !== undefined) {
      const handed = handPayload(payload, door)
      this.#values.ofSteps.set(
        step.index,
        step.map === undefined ? stepValue(handed, step.definition, door) : mapValue(handed, door),
      )
    }
    return { name: step.name, changed: [], waitsFor: [], expectedMs: info.durationMs, status: 'hit', info }
  }

  /** A pipeline hits if all its steps do. */
  async #sub(step: GraphStep, args: readonly Argument[]): Promise<PlannedStep> {
    const { name } = step
    const told = { name, changed: [], waitsFor: [], ...this.#expected(name) }
    const found = await subPipelineOf(step.definition)!.lookup(args, this.#plan)
    if (found === undefined) return { ...told, status: 'miss', reason: 'absent', key: '' }
    this.#values.ofSteps.set(step.index, found.value)
    return { ...told, status: 'hit', info: found.info }
  }

  #unplanned(
    { name }: GraphStep,
    status: 'unknown' | 'bypass' | 'skipped',
    waitsFor: readonly number[],
    reason?: 'upstream',
  ): PlannedStep {
    const waited = waitsFor.map((step) => this.#values.nameOf(step))
    return {
      name,
      changed: [],
      waitsFor: waited,
      ...this.#expected(name),
      status,
      ...(reason !== undefined && { reason }),
    }
  }

  #expected(name: string): { expectedMs?: number } {
    const expectedMs = this.#lastMs().get(name)
    return expectedMs === undefined ? {} : { expectedMs }
  }
}

/** In the order in which the steps were added. */
export function planOf(steps: readonly GraphStep[], planned: ReadonlyMap<number, PlannedStep>): Plan {
  const plan = Object.create(null) as Record<string, PlannedStep>
  const all = steps.flatMap(({ index }) => planned.get(index) ?? [])
  for (const one of all) Object.defineProperty(plan, one.name, { value: one, enumerable: true, configurable: true })
  Object.defineProperty(plan, 'toString', { value: () => textOf(all), configurable: true })
  return plan as Plan
}

function textOf(planned: readonly PlannedStep[]): string {
  const rows = planned.map((one) => [one.name, one.status, whyOf(one), timeOf(one)])
  return tableText([['step', 'status', 'why', 'last time'], ...rows])
}

function whyOf(planned: PlannedStep): string {
  const { changed, waitsFor } = planned
  if (waitsFor.length > 0) return `waits for ${waitsFor.slice(0, 3).join(', ')}${waitsFor.length > 3 ? ', …' : ''}`
  if (changed.length > 0) return changed.slice(0, 3).map(changeText).join(', ')
  return 'reason' in planned ? (planned.reason ?? '') : ''
}

function timeOf({ expectedMs }: PlannedStep): string {
  return expectedMs === undefined ? '' : timeText(expectedMs)
}
