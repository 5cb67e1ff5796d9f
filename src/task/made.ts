import type { Handed } from '../run/handed.ts'

/** A call whose result is passed on. */
export interface Made {
  /** How it is told. */
  readonly toldName: string
  /** Whether it is over, and gave nothing. */
  readonly isFailed: boolean
  /** A reference to its result. It begins, if it has not. Throws, or rejects with, what it failed with. */
  handed(): Handed | Promise<Handed>
  /** A copy of what it handed on. Where that is gone since, it is made again, and a promise of it comes. */
  load(handed: Handed): unknown
  /** What it hands on in place of something that is gone. */
  again(lost: Handed): Promise<Handed>
}

/** The promise of such a call: it is known again where it is passed on. */
export class MadePromise<O> extends Promise<O> {
  readonly #made: Made

  /** What is made of it is a plain promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  static made(value: object): Made | undefined {
    return #made in value ? value.#made : undefined
  }

  constructor(made: Made, executor: ConstructorParameters<typeof Promise<O>>[0]) {
    super(executor)
    this.#made = made
  }
}

/** The call whose promise a value is; undefined for any other value. */
export function madeBy(value: object): Made | undefined {
  return MadePromise.made(value)
}
