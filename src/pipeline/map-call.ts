import { StoredElsewhere } from '../call/stored-elsewhere.ts'
import { Payload } from '../entry/payload.ts'
import { StandIn } from '../key/stand-in.ts'
import type { Door, FamilyCalls } from '../memory/door.ts'
import { FamilyCall } from '../memory/family-call.ts'
import type { Strategy } from '../option/cache-options.ts'
import { Attempts } from '../run/attempts.ts'
import type { Execution } from '../run/execution.ts'
import type { Handed, ItemList, Origin } from '../run/handed.ts'
import { handPayload, handValue, itemsIn } from '../run/handed.ts'
import type { RunningCall } from '../run/running-call.ts'
import type { CallToSend, Sending } from '../run/sending.ts'
import type { Argument } from './arguments.ts'
import { pipelineError } from './error.ts'
import type { MapRules } from './graph.ts'
import type { StepValue } from './publication.ts'
import type { MapItems } from './run-plan.ts'
import { stepToSend } from './sent-step.ts'
import { callsOfStep, keyInputsOf } from './step-calls.ts'
import type { StepDefinition } from './step-definition.ts'
import type { StepKey } from './step-types.ts'

/** What is stored of a map. The list lies by itself, so that it is not loaded to see how many there are. */
interface StoredMap {
  readonly list: unknown
  readonly isPayload: boolean
  /** What of the list lies elsewhere: once some of it is gone, the map is stale. */
  readonly large: readonly Payload[]
  readonly count: number
  readonly failed: number
}

/** Bytes from which a result is large. */
const LARGE = 64 << 10

/** One map of a run. */
export interface MapParts {
  readonly definition: StepDefinition
  readonly strategy: Strategy | StepKey
  readonly rules: MapRules
  readonly execution: Execution
  readonly door: Door
  readonly context: ReadonlyMap<string, unknown>
  readonly isRefresh: boolean
  /** Where items are sent; undefined where they run here. */
  readonly sending: Sending | undefined
}

/** Runs a function once for each item, each with a key of its own. */
export class MapCall {
  readonly #map: MapParts
  /** None where items are not cached. */
  readonly #calls: FamilyCalls | undefined
  readonly #errors: unknown[] = []
  #hit = 0
  #ran = 0

  constructor(map: MapParts) {
    this.#map = map
    const { door, definition, strategy } = map
    this.#calls = strategy === false ? undefined : callsOfStep(door, definition, strategy, 'item')
  }

  get items(): MapItems {
    return { hit: this.#hit, ran: this.#ran, failed: this.#errors.length }
  }

  /** What is to be stored. Throws what an item threw, if too many did. */
  async run(args: readonly Argument[], running: RunningCall): Promise<unknown> {
    const [listed, ...rest] = args as [Argument, ...Argument[]]
    const items = this.#itemsIn(listed.load())
    const results = await this.#all(items, rest, running)
    if (this.#errors.length > this.#tolerated(items.length)) throw this.#failure()
    return this.#stored(items.length, results)
  }

  /** How many of so many items may fail. */
  #tolerated(count: number): number {
    return count - Math.ceil(count * this.#map.rules.minSuccessRatio)
  }

  #itemsIn(value: unknown): unknown[] {
    if (Array.isArray(value)) return value
    if (
      typeof (value as Partial<Iterable<unknown>> | null | undefined)?.[Symbol.iterator] === 'function' &&
      typeof value === 'object'
    )
      return Array.from(value as Iterable<unknown>)
    throw pipelineError(`The map '${this.#map.definition.name}' needs an array of items, and got ${typeof value}.`)
  }

  async #all(items: readonly unknown[], rest: readonly Argument[], running: RunningCall): Promise<ItemResult[]> {
    const { rules, execution } = this.#map
    const results = new Array<ItemResult>(items.length)
    const limit = rules.concurrency ?? execution.settings.concurrency
    const tolerated = this.#tolerated(items.length)
    let next = 0
    let done = 0
    const work = async (): Promise<void> => {
      while (next < items.length && this.#errors.length <= tolerated && !execution.abortion.isAborted) {
        const at = next++
        // oxlint-disable-next-line no-await-in-loop -- as many of these loops run as items may at once
        results[at] = await this.#item(items[at], rest)
        if (++done % 64 === 0 || done === items.length) running.progress(done, items.length)
      }
    }
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work))
    if (execution.abortion.isAborted) throw execution.abortion.reason
    return results
  }

  async #item(item: unknown, rest: readonly Argument[]): Promise<ItemResult> {
    const { definition, strategy, context, execution, door, sending } = this.#map
    const own: Argument = {
      name: definition.parameters[0]?.name ?? 'item',
      standIn: item,
      isKeyed: true,
      isOfContext: false,
      handed: undefined,
      inputs: [],
      load: copiesOf(item, door),
    }
    const args = [own, ...rest]
    const here = (): unknown => definition.fn.call(undefined, ...args.map(({ load }) => load()))
    let inputs: readonly unknown[] | undefined
    let known: CallToSend | undefined
    const toSend = (): CallToSend => (known ??= this.#toSend(args, inputs))
    const attempts = new Attempts(
      (running) => (sending === undefined ? here() : sending.run(toSend(), running, here)),
      {
        retry: definition.retry,
        timeout: definition.timeout,
        abortion: execution.abortion,
        enter: sending && (() => sending.enter(toSend())),
      },
      { runId: execution.runId, name: definition.name, progress: ignored, report: ignored },
    )
    try {
      const isKeyed = this.#calls !== undefined && rest.every((one) => one.isKeyed)
      inputs = isKeyed ? keyInputsOf(definition, strategy as StepKey, args, context) : undefined
      const result = inputs === undefined ? { value: await attempts.run() } : await this.#called(inputs, attempts)
      if (attempts.count === 0) this.#hit++
      else this.#ran++
      return result
    } catch (error) {
      this.#errors.push(error)
      return { value: undefined }
    }
  }

  #toSend(args: readonly Argument[], inputs: readonly unknown[] | undefined): CallToSend {
    const { definition, strategy, door } = this.#map
    const calls = inputs && this.#calls
    return stepToSend({ definition, variant: 'item', strategy, calls, keyInputs: inputs ?? [], args }, door)
  }

  async #called(inputs: readonly unknown[], attempts: Attempts): Promise<ItemResult> {
    const calls = this.#calls!
    const call = new FamilyCall(inputs, () => attempts.run(), undefined, this.#map.execution.signal)
    const made = this.#map.isRefresh ? calls.refresh(call) : calls.call(call)
    const value = await this.#map.execution.abortion.whileRunning(made)
    const isLarge = (call.event?.byteLength ?? 0) >= LARGE
    const payload = isLarge || value instanceof StoredElsewhere ? calls.payload(inputs) : undefined
    if (payload === undefined) return { value }
    return isLarge ? { value: undefined, payload } : { value: payload.value }
  }

  #stored(count: number, results: readonly ItemResult[]): StoredMap {
    const { door, strategy } = this.#map
    const large = new Map(results.flatMap(({ payload }, at) => (payload === undefined ? [] : [[at, payload] as const])))
    const list: ItemList = { values: results.map(({ value }) => value), large }
    const payload = strategy === false ? undefined : door.storedPayload(list)
    return {
      list: payload ?? list,
      isPayload: payload !== undefined,
      large: [...large.values()],
      count,
      failed: this.#errors.length,
    }
  }

  #failure(): unknown {
    const { name } = this.#map.definition
    const [first] = this.#errors
    if (this.#errors.length === 1) return first
    return new AggregateError(this.#errors, `${this.#errors.length} items of the map '${name}' failed.`)
  }
}

interface ItemResult {
  readonly value: unknown
  readonly payload?: Payload
}

function ignored(): void {}

/** Each attempt gets a copy of its own, and the item remains what its key says. */
function copiesOf(item: unknown, door: Door): () => unknown {
  if (typeof item !== 'object' || item === null || item instanceof StandIn) return () => item
  let handed: Handed | undefined
  return () => (handed ??= handValue(item, door)).load()
}

/** What a map gave, from what is handed on of it. */
export function mapValue(handed: Handed, door: Door): StepValue {
  const { list, isPayload, count } = handed.load() as StoredMap
  const whole = isPayload ? handPayload(list as Payload, door) : handValue(list, door)
  return new ListHanded(whole, count)
}

/** The results of a map, as one array. */
class ListHanded implements StepValue {
  readonly digest: string | undefined
  readonly standIn: unknown
  readonly items: number
  readonly #list: Handed

  constructor(list: Handed, items: number) {
    this.#list = list
    this.items = items
    this.digest = list.digest
    this.standIn = list.standIn
  }

  load(): unknown[] {
    return itemsIn(this.#list.load() as ItemList)
  }

  get origin(): Origin {
    return { list: this.#list }
  }

  payload(): Payload {
    return new Payload(this.load())
  }
}
