import { isPromise } from '../call/promise.ts'
import { Memory } from '../memory/memory.ts'
import { Abortion } from '../run/abortion.ts'
import { Attempts } from '../run/attempts.ts'
import { newRunId } from '../run/execution.ts'
import { Attempt } from '../run/running-call.ts'
import { NO_TIMEOUT } from '../run/timeout.ts'
import { argumentsOf, shortKey, standInOf } from './call-place.ts'
import { endedBy } from './ended.ts'
import type { Caller, WorkCore } from './work-core.ts'

/** Makes the calls of works that are part of no app. */
export const alone: Caller = {
  made: (work, args) => ofWork(work).made(argumentsOf(args)),
  stop: (work) => ofWork(work).stop(),
}

const known = new WeakMap<WorkCore, LoneWork>()

function ofWork(work: WorkCore): LoneWork {
  let own = known.get(work)
  if (own === undefined) known.set(work, (own = new LoneWork(work)))
  return own
}

/** A work that stands alone: what it remembers, it does for as long as the object lives. */
class LoneWork {
  readonly #work: WorkCore
  readonly #results = new Map<string, unknown>()
  readonly #underWay = new Map<string, Promise<unknown>>()
  #abortion = new Abortion()
  /** The end of all calls so far, of a parallel work. */
  #last: Promise<unknown> = Promise.resolve()
  #stored: ((...args: unknown[]) => unknown) | undefined

  constructor(work: WorkCore) {
    this.#work = work
  }

  made(args: readonly unknown[]): unknown {
    const { cacheCalls, isParallel } = this.#work.options
    const standIn = cacheCalls === false ? undefined : standInOf(this.#work, args)
    const key = standIn === undefined ? undefined : shortKey(standIn)
    if (key !== undefined && this.#results.has(key)) return this.#again(this.#results.get(key))
    const before = key === undefined ? undefined : this.#underWay.get(key)
    if (before !== undefined) return isParallel ? undefined : before
    if (isParallel) return this.#queue(args, key)
    const result = this.#begun(args, key)
    if (key !== undefined && isPromise(result)) this.#join(key, result as Promise<unknown>)
    return result
  }

  async stop(): Promise<void> {
    this.#abortion.abort(new DOMException('The work was stopped.', 'AbortError'))
    this.#abortion = new Abortion()
    await this.#last
    this.#work.exit()
    this.#work.note('stopped')
  }

  /** A remembered call counts as one that succeeded. */
  #again(result: unknown): unknown {
    this.#work.keepResult(() => result)
    this.#work.succeeded(false, { reason: 'cached' })
    return isAsync(this.#work) ? Promise.resolve(result) : result
  }

  /** Its failure is told by its status. */
  #queue(args: readonly unknown[], key: string | undefined): undefined {
    this.#work.note('pending')
    const abortion = this.#abortion
    const made = this.#last.then(async () => (abortion.isAborted ? undefined : this.#begun(args, key)))
    if (key !== undefined) this.#join(key, made)
    this.#last = made.catch(() => undefined)
    return undefined
  }

  #join(key: string, made: Promise<unknown>): void {
    this.#underWay.set(key, made)
    const over = (): void => void this.#underWay.delete(key)
    made.then(over, over)
  }

  #begun(args: readonly unknown[], key: string | undefined): unknown {
    this.#work.note('running')
    let result: unknown
    try {
      result = this.#work.options.cacheCalls === 'store' ? this.#inStore()(...args) : this.#run(args)
    } catch (error) {
      endedBy(this.#work, error)
      throw error
    }
    if (!isPromise(result)) return this.#succeeded(key, result)
    return Promise.resolve(result).then(
      (value) => this.#succeeded(key, value),
      (error: unknown) => {
        endedBy(this.#work, error)
        throw error
      },
    )
  }

  #succeeded(key: string | undefined, value: unknown): unknown {
    if (key !== undefined && this.#work.options.cacheCalls === true) this.#results.set(key, value)
    this.#work.keepResult(() => value)
    this.#work.succeeded(true)
    return value
  }

  /** At once where nothing is asked for that takes time. */
  #run(args: readonly unknown[]): unknown {
    const { retry, timeout } = this.#work.options
    const listener = {
      runId: newRunId(Date.now()),
      name: this.#work.component.shownName,
      progress: ignored,
      report: ignored,
    }
    const body = (attempt: Attempt): unknown => this.#attempted(attempt, args)
    if (retry !== undefined || timeout !== NO_TIMEOUT)
      return new Attempts(body, { retry, timeout, abortion: this.#abortion }, listener).run()
    const attempt = new Attempt(1, listener)
    const unfollow = this.#abortion.whenAborted((reason) => attempt.abortion.abort(reason))
    const result = body(attempt)
    if (!isPromise(result)) {
      unfollow()
      return result
    }
    return attempt.abortion.whileRunning(result).finally(unfollow)
  }

  #attempted(attempt: Attempt, args: readonly unknown[]): unknown {
    this.#work.attempt = attempt
    return this.#work.runOwn(args)
  }

  #inStore(): (...args: unknown[]) => unknown {
    if (this.#stored !== undefined) return this.#stored
    const { memory = new Memory(), strategy, version } = this.#work.options
    const { component } = this.#work
    const isOfCode = strategy === 'codeHash' || strategy === 'syntaxHash'
    const run = isAsync(this.#work)
      ? async (...args: unknown[]): Promise<unknown> => this.#run(args)
      : (...args: unknown[]): unknown => this.#run(args)
    this.#stored = memory.cache(run, {
      name: `work ${component.shownName}`,
      strategy: typeof strategy === 'function' ? strategy : 'inputHash',
      ...(version !== undefined && { version }),
      captures: 'none',
      ...(isOfCode && { deps: [component.ownRun()] }),
    }) as (...args: unknown[]) => unknown
    return this.#stored
  }
}

function isAsync({ component, options }: WorkCore): boolean {
  const isPromised = options.retry !== undefined || options.timeout !== NO_TIMEOUT
  return isPromised || Object.prototype.toString.call(component.ownRun()) === '[object AsyncFunction]'
}

function ignored(): void {}
