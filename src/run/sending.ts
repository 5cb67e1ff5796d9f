import { StoredElsewhere } from '../call/stored-elsewhere.ts'
import type { Door, FamilyCalls } from '../memory/door.ts'
import { EngramError } from '../words/error.ts'
import { wordsOf } from '../words/phrase.ts'
import type { Abortion } from './abortion.ts'
import type { Execution } from './execution.ts'
import {
  type Executor,
  type SentCall,
  type SentData,
  type SentKind,
  type SentTarget,
  isServingCalls,
  unsendable,
  whyUnsendable,
} from './executor.ts'
import { type GivenFunction, modulesOf } from './modules.ts'
import type { Attempt } from './running-call.ts'
import { type Places, slotsOf } from './slots.ts'
import type { Source } from './source.ts'

/** A call that is to be sent. */
export interface CallToSend {
  readonly kind: SentKind
  readonly definition: GivenFunction
  /** Where its result is kept, and what stands for its inputs there. A call that has none runs here. */
  readonly calls: FamilyCalls | undefined
  readonly keyInputs: readonly unknown[]
  /** What finds the function. Throws ERR_UNSENDABLE. */
  readonly target: (calls: FamilyCalls) => SentTarget
  readonly inputs: readonly InputToSend[]
  /** What its kind needs to know of the run. */
  readonly run?: object
}

export interface InputToSend {
  readonly name: string
  /** Empty for one that is made of several. */
  readonly digest: string
  /** Throws ERR_UNSERIALIZABLE, ERR_NOT_FOUND for what cannot be stored. */
  readonly source: (door: Door) => Source
}

/** Functions whose calls cannot be sent: it is said, and not tried again. */
const refused = new WeakMap<GivenFunction, WeakSet<Executor>>()
const targets = new WeakMap<FamilyCalls, SentTarget>()

/** Sends the calls of one run to its executor. */
export class Sending {
  readonly #executor: Executor
  readonly #door: Door
  readonly #abortion: Abortion
  /** What the executor still does for a call: for a moment also after nobody waits for it. */
  readonly #underWay = new WeakMap<CallToSend, Promise<void>>()

  constructor(executor: Executor, door: Door, abortion: Abortion) {
    this.#executor = executor
    this.#door = door
    this.#abortion = abortion
  }

  /** Runs a call elsewhere, or `here` where that cannot be. Gives `StoredElsewhere`, or what `here` gives. */
  async run(call: CallToSend, running: Attempt, here: () => unknown): Promise<unknown> {
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
  async enter(call: CallToSend): Promise<() => void> {
    if (this.#isRefused(call) || this.#whyHere(call) !== undefined) return nothing
    return this.#leaving(call, await slotsOf(this.#executor).enter(this.#abortion))
  }

  /** The same places, for a call that takes one for all its attempts, before it holds what others may wait for. */
  places(call: CallToSend): Places {
    const slots = slotsOf(this.#executor)
    const isHere = (): boolean => this.#isRefused(call) || this.#whyHere(call) !== undefined
    return {
      take: () => {
        if (isHere()) return nothing
        const leave = slots.take()
        return leave && this.#leaving(call, leave)
      },
      enter: async (abortion) => (isHere() ? nothing : this.#leaving(call, await slots.enter(abortion))),
    }
  }

  /** Waits until the executor has ended what it does for an earlier attempt. */
  async idle(call: CallToSend): Promise<() => void> {
    await this.#underWay.get(call)?.catch(nothing)
    return nothing
  }

  #leaving(call: CallToSend, leave: () => void): () => void {
    return () => void (this.#underWay.get(call) ?? Promise.resolve()).then(leave, leave)
  }

  async #sent(call: CallToSend, running: Attempt): Promise<unknown> {
    const data = this.#dataOf(call, running)
    const { home, given, isOnlyEntry } = modulesOf(call.definition)
    let why = isOnlyEntry
      ? unsendable(
          'It is in the module that the program was started with. Move it to a module of its own, and export it.',
        )
      : unsendable('It is in no module that could be imported.')
    for (const module of data.target.isOnlyItself ? [given, home] : [home, given]) {
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

  #stored({ calls, keyInputs, definition }: CallToSend): StoredElsewhere {
    const payload = calls!.payload(keyInputs)
    if (payload !== undefined) return new StoredElsewhere(payload.byteLength)
    throw new EngramError('ERR_NOT_FOUND', `${definition.name} ran elsewhere, and its result is not in the store.`)
  }

  #dataOf(call: CallToSend, { runId, name, attempt }: Attempt): Omit<SentData, 'module'> {
    const { kind, keyInputs } = call
    const calls = call.calls!
    const identity = identityOf(calls, keyInputs)
    const target = targetOf(call, calls)
    return {
      key: identity.toString('hex', 0, 32),
      exportName: target.functionName || target.name,
      inputs: call.inputs.map((input) => this.#inputOf(input)),
      memory: this.#door.reopening()!,
      clockOffsetMs: this.#door.now() - Date.now(),
      call: { runId, name, attempt },
      kind,
      target,
      ...(call.run !== undefined && { run: call.run }),
      identity: identity.toString('base64'),
    }
  }

  #inputOf({ name, digest, source }: InputToSend): SentData['inputs'][number] {
    try {
      return { name, digest, source: source(this.#door) }
    } catch (cause) {
      throw unsendable(`What '${name}' is given cannot be stored: ${wordsOf(cause)}`, cause)
    }
  }

  /** What keeps this very call, and maybe not the next, in this thread. */
  #whyHere({ calls }: CallToSend): EngramError | undefined {
    if (calls === undefined) return unsendable('It is not cached, and results come back through the store.')
    if (this.#door.reopening() !== undefined) return undefined
    return unsendable('Its memory writes nothing, or has registered classes, which other threads do not know.')
  }

  #isRefused({ definition }: CallToSend): boolean {
    return isServingCalls() || refused.get(definition)?.has(this.#executor) === true
  }

  #note(call: CallToSend, why: EngramError): void {
    const code = (why.cause as { code?: unknown } | undefined)?.code
    // Why there is no key has been said.
    if (!isOfThisCall(why) && code !== 'ERR_UNHASHABLE') this.#say(call, why)
  }

  #refuse({ definition }: CallToSend): void {
    const executors = refused.get(definition) ?? new WeakSet<Executor>()
    refused.set(definition, executors.add(this.#executor))
  }

  #say({ definition }: CallToSend, why: EngramError): void {
    this.#door.say(why, `${definition.name} runs in this thread, not in ${this.#executor.name}`)
  }
}

/** Undefined where calls run in this thread. */
export function sendingOf({ settings: { executor }, abortion }: Execution, door: Door): Sending | undefined {
  return executor && new Sending(executor, door, abortion)
}

function targetOf(call: CallToSend, calls: FamilyCalls): SentTarget {
  let target = targets.get(calls)
  // What it captured may have changed since.
  if (target?.place === calls.place()) return target
  target = call.target(calls)
  targets.set(calls, target)
  return target
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
