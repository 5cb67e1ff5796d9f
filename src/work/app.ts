import { Memory, doorOf } from '../memory/memory.ts'
import { checkFunction, checkKnown, checkString, invalid } from '../option/check.ts'
import { builtin } from '../platform/builtin.ts'
import type { CallRecord } from '../report/run-record.ts'
import { tell } from '../report/tell.ts'
import { EngramError } from '../words/error.ts'
import { AppRecord, type KeptApp, isUnderWay, restore } from './app-record.ts'
import { AppRun } from './app-run.ts'
import type { Changes } from './changed.ts'
import { type Component, componentOf } from './component.ts'
import { copyOf } from './difference.ts'
import { provideDrives } from './drive-codec.ts'
import { workError } from './error.ts'
import type { Flow } from './flow.ts'
import { mermaidOf } from './mermaid.ts'
import type { StateOf } from './state-types.ts'
import { workOf } from './work-core.ts'
import type { Work } from './work.ts'

/** What an app does. `blocking`: it rests, until something changes or a schedule is due. */
export type AppStage = 'notStarted' | 'blocking' | 'running' | 'stopping' | 'stopped' | 'failed'

/** What an app is, beside its root. */
export interface AppOptions {
  /** Where calls are remembered, and the state is kept. Default: `new Memory()`. */
  memory?: Memory
  /** Names the state that `start()` takes up again after a crash. Default: the name of the root's class. */
  name?: string
  /** Whether what a crash left is taken up again. After an end in order, `start()` begins anew. Default true. */
  resume?: boolean
  /** Milliseconds since the epoch, for schedules; read at each pass. Default `Date.now`. */
  clock?: () => number
}

interface Listeners {
  readonly change: Set<(changes: Changes) => void>
  readonly call: Set<(call: CallRecord) => void>
}

const OPTIONS = ['memory', 'name', 'resume', 'clock']
/** Apps that run in this process. */
const running = new Set<string>()

/**
 * Runs a flow, or a single work: calls it again and again while anything changed, and rests otherwise.
 *
 * Calls that works have done are remembered. Where the process dies, the next `start()` takes up what was done: it repeats no call
 * that was done, and makes those again that were under way.
 *
 * @example
 * ```ts
 * const app = new App(new Deployment(), { name: 'deployment' })
 * process.once('SIGINT', () => app.stop())
 * await app.start()
 * console.log(app.state)
 * ```
 */
export class App<R extends Flow | Work = Flow> implements AsyncDisposable {
  /** What was given: its fields are the state, and may be set. */
  readonly root: R
  readonly #component: Component
  readonly #options: Required<Pick<AppOptions, 'name' | 'resume' | 'clock'>>
  readonly #listeners: Listeners = { change: new Set(), call: new Set() }
  #memory: Memory | undefined
  #stage: AppStage = 'notStarted'
  #run: AppRun | undefined
  #ended: Promise<void> | undefined
  #restored: KeptApp | undefined

  /** @throws EngramError ERR_INVALID_OPTION; ERR_WORK for a root that is no flow and no work, or has a place already. */
  constructor(root: R, options: AppOptions = {}) {
    checkKnown(options, OPTIONS)
    const component = componentOf(root)
    if (component === undefined)
      throw workError('new App(root) needs a flow or a work: class MyFlow extends Flow { run() { … } }.')
    if (component.parent !== undefined)
      throw workError(`${component.shownName} is part of another flow: give the app the root.`)
    const { memory, name = component.target.constructor.name, resume = true, clock = Date.now } = options
    if (memory !== undefined && !(memory instanceof Memory)) throw invalid(`The option 'memory' must be a Memory.`)
    checkString(name || 'app', 'name')
    if (typeof resume !== 'boolean') throw invalid(`The option 'resume' must be true or false.`)
    checkFunction(clock, 'clock')
    this.root = root
    this.#component = component
    this.#memory = memory
    this.#options = { name: name || 'app', resume, clock }
    component.place('root')
  }

  /** What it does now. */
  get stage(): AppStage {
    if (this.#stage !== 'running') return this.#stage
    return this.#run?.isResting === true ? 'blocking' : 'running'
  }

  /** The state of the root and of all that it holds, as it is now: a copy. */
  get state(): StateOf<R> {
    return stateIn(this.#component) as StateOf<R>
  }

  /**
   * Runs it until `stop()`, until its flow ends it, or until nothing is left that could change.
   *
   * @returns Rejects with what a work threw that raises, with what the flow threw, or ERR_WORK where the flow failed.
   * @throws EngramError ERR_WORK where it runs already, here or in another process; ERR_INVALID_OPTION, ERR_CLOSED.
   */
  async start(options: { signal?: AbortSignal } = {}): Promise<void> {
    checkKnown(options, ['signal'])
    const { signal } = options
    if (signal !== undefined && !(signal instanceof AbortSignal))
      throw invalid(`The option 'signal' must be an AbortSignal.`)
    if (this.#run !== undefined) throw workError(`The app '${this.#options.name}' runs already.`)
    this.#ended = this.#started(signal)
    await this.#ended
  }

  async #started(signal: AbortSignal | undefined): Promise<void> {
    const memory = this.#opened()
    const door = doorOf(memory)
    door.refuseClosed()
    provideDrives(door, memory)
    this.#refuseShared()
    const { name, clock } = this.#options
    const record = new AppRecord(door, name)
    const place = JSON.stringify([memory.location, name])
    const kept = this.#taken(record, place)
    const life = builtin('node:crypto').randomUUID()
    const parts = { root: this.#component, name, memory, door, record, clock, signal, kept, life }
    const run = new AppRun({
      ...parts,
      onChange: (changes) => this.#tell('change', changes),
      onCall: (call) => this.#tell('call', call),
    })
    running.add(place)
    this.#run = run
    this.#stage = 'running'
    try {
      await run.run()
      this.#stage = 'stopped'
    } catch (error) {
      this.#stage = 'failed'
      throw error
    } finally {
      running.delete(place)
      this.#run = undefined
    }
  }

  /** Two apps may have one root, one after the other. */
  #refuseShared(): void {
    if (this.#component.host === undefined) return
    const { shownName } = this.#component
    throw workError(
      `The ${shownName} of '${this.#options.name}' runs in another app: stop that one, or make it an object of its own.`,
    )
  }

  /** What a start takes up: a checkpoint that was asked for, or what a crash left. */
  #taken(record: AppRecord, place: string): KeptApp | undefined {
    const last = record.last()
    if (running.has(place) || (last !== undefined && !isOwn(last) && isUnderWay(last)))
      throw workError(`An app '${this.#options.name}' runs already on this store. Give this one another name.`)
    const restored = this.#restored
    this.#restored = undefined
    if (restored !== undefined) return restored
    return this.#options.resume && last?.app.isRunning === true ? last : undefined
  }

  /** Ends it in order, and waits until it has ended: what runs is aborted, what waits is dropped. */
  async stop(_message?: string): Promise<void> {
    if (this.#run === undefined) return
    this.#stage = 'stopping'
    this.#run.stop()
    await this.#ended?.catch(() => undefined)
  }

  /**
   * Hears of each change before the pass that sees it, or of each call when it is over.
   *
   * @throws EngramError ERR_INVALID_OPTION
   */
  on(event: 'change', listener: (changes: Changes) => void): this
  on(event: 'call', listener: (call: CallRecord) => void): this
  on(event: 'change' | 'call', listener: (argument: any) => void): this {
    if (event !== 'change' && event !== 'call')
      throw invalid(`Unknown event '${String(event)}'; the events are 'change' and 'call'.`)
    if (typeof listener !== 'function') throw invalid(`on('${event}', listener) needs a function.`)
    this.#listeners[event].add(listener)
    return this
  }

  /** Ends what `on` began for this listener. */
  off(event: 'change' | 'call', listener: (argument: any) => void): this {
    this.#listeners[event]?.delete(listener)
    return this
  }

  /**
   * Keeps its state as it is now; the last hundred are kept.
   *
   * @returns The version, for `restore`.
   * @throws EngramError ERR_WORK where it does not run.
   */
  async checkpoint(): Promise<string> {
    if (this.#run === undefined)
      throw workError(`The app '${this.#options.name}' does not run: there is nothing to keep.`)
    const version = `${this.#options.clock().toString(36)}-${builtin('node:crypto').randomBytes(4).toString('hex')}`
    this.#run.checkpoint(version)
    return version
  }

  /**
   * Has the state be what it was at a checkpoint; the next `start()` goes on from there.
   *
   * @param version - What `checkpoint()` gave. Default: the newest.
   * @throws EngramError ERR_WORK while it runs; ERR_NOT_FOUND.
   */
  async restore(version?: string): Promise<void> {
    if (this.#run !== undefined) throw workError(`The app '${this.#options.name}' runs: stop it first.`)
    this.#refuseShared()
    const record = new AppRecord(doorOf(this.#opened()), this.#options.name)
    const kept = record.checkpoint(version)
    if (kept === undefined) throw notFound(version)
    for (const component of this.#component.all()) restore(component, kept)
    this.#restored = kept
  }

  /** A flowchart in Mermaid's language: its components, and what its works did last. */
  toMermaid(): string {
    return mermaidOf(this.#component)
  }

  /** `stop()`, at the end of the block of an `await using` declaration. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #opened(): Memory {
    return (this.#memory ??= new Memory())
  }

  #tell(event: 'change' | 'call', told: any): void {
    for (const listener of this.#listeners[event]) tell<any>(listener, told)
  }
}

function notFound(version: string | undefined): EngramError {
  const which = version === undefined ? 'There is no checkpoint' : `There is no checkpoint '${version}'`
  return new EngramError('ERR_NOT_FOUND', `${which} of this app. Make one while it runs: await app.checkpoint().`)
}

function isOwn({ app }: KeptApp): boolean {
  return app.process.pid === process.pid
}

function stateIn(component: Component): Record<string, unknown> {
  const state: Record<string, unknown> = {}
  for (const field of component.fields()) state[field] = copyOf(component.target[field])
  for (const [name, child] of component.children) put(state, name, stateIn(child))
  const work = workOf(component)
  if (work !== undefined) state['status'] = work.statuses.last
  return state
}

/** `works[0]` and `works.a` are members of a list and of a record. */
function put(state: Record<string, unknown>, name: string, child: object): void {
  const [, field, index, key] = /^([^.[]+)(?:\[(\d+)\]|\.(.+))?$/.exec(name) ?? [undefined, name]
  if (index === undefined && key === undefined) state[field!] = child
  else if (index !== undefined) ((state[field!] ??= []) as object[])[Number(index)] = child
  else ((state[field!] ??= {}) as Record<string, object>)[key!] = child
}
