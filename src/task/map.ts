import { checkKnown, invalid } from '../option/check.ts'
import { Abortion } from '../run/abortion.ts'
import { checkConcurrency } from '../run/settings.ts'
import type { NodeDefinition } from './definition.ts'
import { nounOf } from './definition.ts'
import { type Scope, currentScope } from './scope.ts'
import { TaskCall } from './task-call.ts'
import type { MapTaskOptions } from './task-types.ts'

/** Checked. */
interface MapRules {
  readonly concurrency: number
  readonly minSuccessRatio: number
  readonly groupName: string | undefined
  readonly signal: AbortSignal | undefined
  readonly returnExceptions: boolean
}

const OPTIONS = ['concurrency', 'minSuccessRatio', 'groupName', 'signal', 'returnExceptions']
const DEFAULT_CONCURRENCY = 16

/** Calls a node for each item. @throws EngramError ERR_INVALID_OPTION */
export function mapNode(
  definition: NodeDefinition,
  items: readonly unknown[],
  options: MapTaskOptions & { returnExceptions?: boolean },
): Promise<unknown[]> {
  if (!Array.isArray(items)) throw invalid('map(items) needs an array of inputs.')
  const scope = currentScope()
  return new TaskMap(definition, [...(items as unknown[])], rulesIn(options, scope), scope).made()
}

function rulesIn(options: MapTaskOptions & { returnExceptions?: boolean }, scope: Scope | undefined): MapRules {
  checkKnown(options, OPTIONS)
  const { concurrency, minSuccessRatio = 1, groupName, signal, returnExceptions = false } = options
  if (concurrency !== undefined) checkConcurrency(concurrency)
  if (!(typeof minSuccessRatio === 'number' && minSuccessRatio >= 0 && minSuccessRatio <= 1))
    throw invalid(`The option 'minSuccessRatio' must be a number from 0 to 1.`)
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw invalid(`The option 'signal' must be an AbortSignal.`)
  const ofRun = scope?.flow.execution.settings.concurrency ?? DEFAULT_CONCURRENCY
  return { concurrency: concurrency ?? ofRun, minSuccessRatio, groupName, signal, returnExceptions }
}

class TaskMap {
  readonly #definition: NodeDefinition
  readonly #items: readonly unknown[]
  readonly #rules: MapRules
  readonly #scope: Scope | undefined
  readonly #results: PromiseSettledResult<unknown>[]
  #failures = 0
  #next = 0

  constructor(definition: NodeDefinition, items: readonly unknown[], rules: MapRules, scope: Scope | undefined) {
    this.#definition = definition
    this.#items = items
    this.#rules = rules
    this.#scope = scope
    this.#results = new Array<PromiseSettledResult<unknown>>(items.length)
  }

  async made(): Promise<unknown[]> {
    const { concurrency, returnExceptions } = this.#rules
    const workers = Array.from({ length: Math.min(concurrency, this.#items.length) }, () => this.#work())
    await this.#untilAborted(Promise.all(workers))
    if (returnExceptions) return this.#results
    if (this.#failures > this.#tolerated) throw this.#failure()
    return this.#results.map((result) => (result.status === 'fulfilled' ? result.value : undefined))
  }

  /** How many items may fail. */
  get #tolerated(): number {
    const { length } = this.#items
    return this.#rules.returnExceptions ? length : length - Math.ceil(length * this.#rules.minSuccessRatio)
  }

  get #isAborted(): boolean {
    return this.#rules.signal?.aborted === true
  }

  async #work(): Promise<void> {
    while (this.#next < this.#items.length && this.#failures <= this.#tolerated && !this.#isAborted) {
      const at = this.#next++
      // oxlint-disable-next-line no-await-in-loop -- as many of these loops run as items may at once
      this.#results[at] = await this.#item(this.#items[at])
    }
  }

  async #item(item: unknown): Promise<PromiseSettledResult<unknown>> {
    const { groupName: name } = this.#rules
    try {
      const call = new TaskCall(this.#definition, item, this.#scope)
      if (name !== undefined) call.override({ name })
      return { status: 'fulfilled', value: await call.value() }
    } catch (reason) {
      this.#failures++
      return { status: 'rejected', reason }
    }
  }

  async #untilAborted(done: Promise<unknown>): Promise<void> {
    const { signal } = this.#rules
    if (signal === undefined) return void (await done)
    const abortion = new Abortion(signal)
    try {
      await abortion.whileRunning(done)
    } finally {
      abortion.dispose()
    }
  }

  #failure(): unknown {
    const errors = this.#results.flatMap((result) => (result?.status === 'rejected' ? [result.reason as unknown] : []))
    if (errors.length === 1) return errors[0]
    return new AggregateError(errors, `${errors.length} items of ${nounOf(this.#definition)} failed.`)
  }
}
