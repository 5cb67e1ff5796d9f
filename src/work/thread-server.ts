import type { MessagePort } from 'node:worker_threads'
import { Memory, doorOf } from '../memory/memory.ts'
import type { MemoryOptions } from '../option/memory-options.ts'
import { builtin } from '../platform/builtin.ts'
import { carriedError, errorOf } from '../run/carried-error.ts'
import { Attempt, runWithin } from '../run/running-call.ts'
import { loadSource, sourceOfValue } from '../run/source.ts'
import { wordsOf } from '../words/phrase.ts'
import { endedRow } from './app-record.ts'
import { callsOfWork } from './call-place.ts'
import { type Component, type Host, componentOf } from './component.ts'
import { provideDrives } from './drive-codec.ts'
import { workError } from './error.ts'
import type { FromThread, SentRun, ToThread } from './thread-message.ts'
import { type WorkCore, workOf } from './work-core.ts'

/**
 * Makes the calls of one work in this thread. Its app starts the thread and calls this: programs need not.
 *
 * @param load - `import(url)`, from a file that V8 was given by Node.
 */
export function serveWork(load: (url: string) => Promise<object>): void {
  const { parentPort } = builtin('node:worker_threads')
  const served = new ServedWork(parentPort!, load)
  parentPort!.on('message', (message: ToThread) => served.hear(message))
}

function openedMemory(options: MemoryOptions): Memory {
  const memory = new Memory(options)
  provideDrives(doorOf(memory), memory)
  return memory
}

/** A work whose calls another thread asks for. */
class ServedWork implements Host {
  readonly #port: MessagePort
  readonly #load: (url: string) => Promise<object>
  #work: WorkCore | undefined
  #memory: Memory | undefined
  #attempt: Attempt | undefined
  #isTelling = false
  /** The last message with fields that came. */
  #heard = 0

  constructor(port: MessagePort, load: (url: string) => Promise<object>) {
    this.#port = port
    this.#load = load
  }

  hear(message: ToThread): void {
    if ('run' in message) void this.#run(message.run)
    else if ('abort' in message) this.#attempt?.abortion.abort(errorOf(message.abort))
    else this.#take(message)
  }

  /** Once in each turn, all that changed in it. */
  changed(): void {
    if (this.#isTelling) return
    this.#isTelling = true
    setImmediate(() => this.#tellChanges())
  }

  attached(): void {}

  async #run(run: SentRun): Promise<void> {
    try {
      this.#memory ??= openedMemory(run.memory)
      const work = (this.#work ??= await this.#found(run))
      this.#take(run)
      const args = loadSource(run.args, this.#memory) as unknown[]
      this.#say({ begun: true })
      const attempt = new Attempt(run.attempt, {
        runId: run.runId,
        name: run.path,
        progress: (progress) => this.#say({ progress }),
        report: (name, value) => this.#say({ report: [name, value] }),
      })
      this.#attempt = work.attempt = attempt
      const begunAt = performance.now()
      const value = await runWithin(attempt, async () => work.applyOwn(args))
      this.#tellChanges()
      this.#say(this.#kept(work, run, value, performance.now() - begunAt))
    } catch (error) {
      this.#tellChanges()
      this.#say({ error: carriedError(error) })
    } finally {
      this.#attempt = undefined
    }
  }

  async #found({ module, exportName, path }: SentRun): Promise<WorkCore> {
    const exported = (await this.#load(module)) as Record<string, unknown>
    const Class = exported[exportName] as (new () => object) | undefined
    if (typeof Class !== 'function') throw workError(`The module of ${path} has no class '${exportName}': ${module}`)
    const component = componentOf(new Class())
    const work = component && workOf(component)
    if (work === undefined) throw workError(`'${exportName}' of ${module} is no subclass of Work.`)
    component!.place(path)
    component!.host = this
    component!.ownRun()
    return work
  }

  #kept(work: WorkCore, { kept, clockOffsetMs }: SentRun, value: unknown, durationMs: number): FromThread {
    const door = doorOf(this.#memory!)
    if (kept === undefined) return { value: sourceOfValue(value, door) }
    const calls = callsOfWork(work, kept.name, door)
    const result = { value, isPromised: true, endedAt: Date.now() + clockOffsetMs, durationMs }
    try {
      calls.storeAs(Buffer.from(kept.identity, 'base64'), result, [endedRow(kept.ended, work.component, door)])
    } catch (error) {
      throw workError(
        `The result of ${work.component.path} cannot be stored, so it does not come back: ${wordsOf(error)}`,
        {
          cause: error,
        },
      )
    }
    return { stored: door.hold(value).byteLength }
  }

  #take({ fields, told }: Pick<SentRun, 'fields' | 'told'>): void {
    this.#heard = told
    const component: Component | undefined = this.#work?.component
    if (component === undefined) return
    for (const [name, source] of fields) {
      component.target[name] = loadSource(source, this.#memory!)
      component.changedFields.delete(name)
    }
  }

  #tellChanges(): void {
    this.#isTelling = false
    const component = this.#work?.component
    if (component === undefined || component.changedFields.size === 0) return
    const door = doorOf(this.#memory!)
    const names = [...component.changedFields].filter((name) => component.fields().includes(name))
    component.changedFields.clear()
    const fields = names.map((name) => [name, sourceOfValue(component.target[name], door)] as const)
    this.#say({ fields, heard: this.#heard })
  }

  #say(message: FromThread): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none
    this.#port.postMessage(message)
  }
}
