import { isPromise } from '../call/promise.ts'
import type { Payload } from '../entry/payload.ts'
import { taskError } from './error.ts'
import { MadePromise } from './made.ts'
import type { TaskCall } from './task-call.ts'
import type { NodeCall, Overrides } from './task-types.ts'

type Settle = (value: unknown) => void

/** The promise of a call. Its value is loaded when it is first waited for. */
class CallPromise<O> extends MadePromise<O> implements NodeCall<O> {
  readonly #call: TaskCall
  readonly #resolve: Settle
  readonly #reject: Settle
  #isAsked = false

  static callOf(promise: object): TaskCall | undefined {
    return #call in promise ? promise.#call : undefined
  }

  constructor(call: TaskCall) {
    let settle: [Settle, Settle]
    super(call, (resolve, reject) => (settle = [resolve as Settle, reject]))
    this.#call = call
    ;[this.#resolve, this.#reject] = settle!
    const begin = (): void => call.begin(this.#reject)
    // One turn later than who awaits it asks: it is known then whether its value is wanted. What takes the results of others
    // begins in the order of the program, as a chain of calls may be longer than a stack is deep.
    queueMicrotask(call.isAlone ? () => queueMicrotask(begin) : begin)
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise, whose value is loaded when it is asked for
  override then<A = O, B = never>(
    onFulfilled?: ((value: O) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: any) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if (!this.#isAsked) {
      this.#isAsked = true
      if (this.#call.isAlone) this.#load()
      else queueMicrotask(() => this.#load())
    }
    return super.then(onFulfilled, onRejected)
  }

  withOverrides(overrides: Overrides): NodeCall<O> {
    this.#call.override(overrides)
    return this
  }

  runsBefore<N extends NodeCall<any>>(next: N): N {
    const call = CallPromise.callOf(next)
    if (call === undefined)
      throw taskError('runsBefore(next) needs the call of a node: first(…).runsBefore(second(…)).')
    call.runAfter(this.#call)
    return next
  }

  get o0(): NodeCall<O> {
    return this
  }

  async payload(): Promise<Payload<O>> {
    return (await this.#call.handed()).payload() as Payload<O>
  }

  #load(): void {
    const value = this.#call.value()
    if (isPromise(value)) value.then(this.#resolve, this.#reject)
    else this.#resolve(value)
  }
}

/** What the program gets for a call. */
export function nodeCall<O>(call: TaskCall): NodeCall<O> {
  return new CallPromise<O>(call)
}
