import { StoredElsewhere } from '../call/stored-elsewhere.ts'
import type { Door, FamilyCalls } from '../memory/door.ts'
import type { Strategy } from '../option/cache-options.ts'
import type { Abortion } from '../run/abortion.ts'
import type { Execution } from '../run/execution.ts'
import {
  type Executor,
  type SentCall,
  type SentData,
  isServingCalls,
  unsendable,
  whyUnsendable,
} from '../run/executor.ts'
import type { Attempt } from '../run/running-call.ts'
import { slotsOf } from '../run/slots.ts'
import { type Source, sourceOf, sourceOfValue } from '../run/source.ts'
import { EngramError } from '../words/error.ts'
import { wordsOf } from '../words/phrase.ts'
import type { Argument } from './arguments.ts'
import { type SentStep, type StepTarget, targetOf } from './sent-step.ts'
import type { StepVariant } from './step-calls.ts'
import type { StepDefinition } from './step-definition.ts'
import { modulesOf } from './step-modules.ts'
import type { StepKey } from './step-types.ts'

/** A call of a step that is to be sent. */
export interface StepToSend {
  readonly definition: StepDefinition
  readonly variant: StepVariant
  readonly strategy: Strategy | StepKey
  /** Where its result is kept, and what stands for its arguments there. A call that has none runs here. */
  readonly calls: FamilyCalls | undefined
  readonly keyInputs: readonly unknown[]
  readonly args: readonly Argument[]
}

/** Steps that cannot be sent: it is said, and not tried again. */
const refused = new WeakMap<StepDefinition, WeakSet<Executor>>()
const targets = new WeakMap<FamilyCalls, StepTarget>()

/** Sends the calls of one run to its executor. */
export class Sending {
  readonly #executor: Executor
  readonly #door: Door
  readonly #abortion: Abortion
  /** What the executor still does for a call: for a moment also after nobody waits for it. */
  readonly #underWay = new WeakMap<StepToSend, Promise<void>>()

  constructor(executor: Executor, door: Door, abortion: Abortion) {
    this.#executor = executor
    this.#door = door
    this.#abortion = abortion
  }

  /** Runs a call elsewhere, or `here` where that cannot be. Gives `StoredElsewhere`, or what `here` gives. */
  async run(call: StepToSend, running: Attempt, here: () => unknown): Promise<unknown> {
    const why = this.#whyHere(call)
    if (why !== undefined) this.#say(call, why)
    if (why === undefined && !this.#isRefused(call)) {
      try {
        return await this.#sent(call, running)
      } catch (error) {
        const refusal = whyUnsendable(error)
        if (refusal === undefined) throw error
        running.signal.throwIfAborted()
        this.#note(call, refusal)
      }
    }
    running.begin()
    return here()
  }

  /** Waits until the executor has room for it, and takes it until the executor has ended what it does for it. */
  async enter(call: StepToSend): Promise<() => void> {
    if (this.#isRefused(call) || this.#whyHere(call) !== undefined) return nothing
    const leave = await slotsOf(this.#executor).enter(this.#abortion)
    return () => void (this.#underWay.get(call) ?? Promise.resolve()).then(leave, leave)
  }

  async #sent(call: StepToSend, running: Attempt): Promise<unknown> {
    const data = this.#dataOf(call, running)
    const { home, step, isOnlyEntry } = modulesOf(call.definition)
    const { options, arePlain } = data.target as SentStep
    let why = isOnlyEntry
      ? unsendable(
          'It is in the module that the program was started with. Move it to a module of its own, and export it.',
        )
      : unsendable('It is in no module that could be imported.')
    // Some steps only the step itself will do for.
    for (const module of options === undefined || !arePlain ? [step, home] : [home, step]) {
      if (module === undefined) continue
      try {
        const run = Promise.resolve(this.#executor.run(sentCall({ ...data, module }, running), running.signal))
        this.#underWay.set(call, run)
        // oxlint-disable-next-line no-await-in-loop -- the next module is asked where this one has no such function
        await run
        return this.#stored(call)
      } catch (error) {
        const again = whyUnsendable(error)
        if (again === undefined) throw error
        why = again
      }
    }
    if (!isOfThisCall(why)) this.#refuse(call)
    throw why
  }

  #stored({ calls, keyInputs, definition }: StepToSend): StoredElsewhere {
    const payload = calls!.payload(keyInputs)
    if (payload !== undefined) return new StoredElsewhere(payload.byteLength)
    throw new EngramError('ERR_NOT_FOUND', `${definition.name} ran elsewhere, and its result is not in the store.`)
  }

  #dataOf(call: StepToSend, { runId, name, attempt }: Attempt): Omit<SentData, 'module'> {
    const { keyInputs } = call
    const calls = call.calls!
    const identity = identityOf(calls, keyInputs)
    const target = this.#targetOf(call, calls)
    return {
      key: identity.toString('hex', 0, 32),
      exportName: target.functionName || target.name,
      inputs: call.args.map((argument) => this.#inputOf(argument)),
      memory: this.#door.reopening()!,
      clockOffsetMs: this.#door.now() - Date.now(),
      call: { runId, name, attempt },
      kind: 'step',
      target: { ...target, identity: identity.toString('base64') } satisfies SentStep,
    }
  }

  #targetOf({ definition, variant, strategy }: StepToSend, calls: FamilyCalls): StepTarget {
    let target = targets.get(calls)
    // What it captured may have changed since.
    if (target?.place === calls.place()) return target
    target = targetOf(definition, variant, strategy as Exclude<Strategy, false>, calls, this.#door)
    targets.set(calls, target)
    return target
  }

  #inputOf(argument: Argument): SentData['inputs'][number] {
    const { name, handed } = argument
    try {
      return { name, digest: handed?.digest ?? '', source: this.#sourceOf(argument) }
    } catch (cause) {
      throw unsendable(`What '${name}' is given cannot be stored: ${wordsOf(cause)}`, cause)
    }
  }

  #sourceOf({ handed, members, load }: Argument): Source {
    if (handed !== undefined) return sourceOf(handed, this.#door)
    if (members === undefined) return sourceOfValue(load(), this.#door)
    const parts = members.map((member) => [member.name, this.#sourceOf(member)] as const)
    return { parts, isArray: false }
  }

  /** What keeps this very call, and maybe not the next, in this thread. */
  #whyHere({ calls }: StepToSend): EngramError | undefined {
    if (calls === undefined) return unsendable('It is not cached, and results come back through the store.')
    if (this.#door.reopening() !== undefined) return undefined
    return unsendable('Its memory writes nothing, or has registered classes, which other threads do not know.')
  }

  #isRefused({ definition }: StepToSend): boolean {
    return isServingCalls() || refused.get(definition)?.has(this.#executor) === true
  }

  #note(call: StepToSend, why: EngramError): void {
    const code = (why.cause as { code?: unknown } | undefined)?.code
    // Why there is no key has been said.
    if (!isOfThisCall(why) && code !== 'ERR_UNHASHABLE') this.#say(call, why)
  }

  #refuse({ definition }: StepToSend): void {
    const executors = refused.get(definition) ?? new WeakSet<Executor>()
    refused.set(definition, executors.add(this.#executor))
  }

  #say({ definition }: StepToSend, why: EngramError): void {
    this.#door.say(why, `${definition.name} runs in this thread, not in ${this.#executor.name}`)
  }
}

/** Undefined where calls run in this thread. */
export function sendingOf({ settings: { executor }, abortion }: Execution, door: Door): Sending | undefined {
  return executor && new Sending(executor, door, abortion)
}

/** A call that has no key runs uncached, which is said where the key is looked for. */
function identityOf(calls: FamilyCalls, keyInputs: readonly unknown[]): Buffer {
  try {
    return Buffer.from(calls.identity(keyInputs)!)
  } catch (error) {
    throw unsendable('It has no key, and results come back through the store.', error)
  }
}

function sentCall(data: SentData, running: Attempt): SentCall {
  const { key, module, exportName, inputs } = data
  return {
    key,
    module,
    exportName,
    inputs: inputs.map(({ name, digest }) => ({ name, digest })),
    data,
    begun: () => running.begin(),
    progress: (done, total, note) => running.progress(done, total, note),
    report: (name, value) => running.report(name, value),
  }
}

/** An input that is gone: it is made again by who runs here. */
function isOfThisCall({ cause }: EngramError): boolean {
  const code = (cause as { code?: unknown } | undefined)?.code
  return code === 'ERR_NOT_FOUND' || code === 'ERR_CORRUPT'
}

function nothing(): void {}
