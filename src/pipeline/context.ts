import { invalid } from '../option/check.ts'
import { type Asset, makeAsset } from './asset.ts'

/**
 * Parameters of a pipeline, by name. A step gets those that its parameters are named after, where no other step and no input of
 * the run gives them; they are in its key, the others are not.
 */
export interface Context<C extends object = any> {
  /** What a parameter is. */
  get<K extends keyof C>(name: K): C[K]
  /** What a parameter is; `fallback` where it is not there, or undefined. */
  get<T>(name: string, fallback?: T): T
  /** The names of the parameters. */
  keys(): (keyof C & string)[]
  /** Another context that has these too; they win. */
  inherit<D extends object>(values: D): Context<Omit<C, keyof D> & D>
  /** Changes parameters for runs that begin later. @throws EngramError ERR_INVALID_OPTION for what is not an object. */
  update(values: Partial<C>): void
  /** A copy of all. */
  toObject(): C
  /** A parameter, for `pipeline.step`. */
  param<K extends keyof C & string>(name: K): Asset<C[K]>
}

/**
 * Makes a context of parameters, for pipelines that share one, or to give parameters by reference.
 *
 * @throws EngramError ERR_INVALID_OPTION for what is not an object.
 *
 * @example
 * ```ts
 * const pipeline = new Pipeline('train', { context: context({ learningRate: 0.01, epochs: 3 }) })
 * ```
 */
export function context<C extends object>(values: C): Context<C> {
  return new Parameters(values) as unknown as Context<C>
}

class Parameters implements Context {
  /** Without a prototype: a parameter may have any name. */
  readonly #values: Record<string, unknown> = Object.create(null) as Record<string, unknown>

  constructor(values: object) {
    this.update(values)
  }

  get(name: PropertyKey, fallback?: unknown): any {
    const value = this.#values[String(name)]
    return value === undefined ? fallback : value
  }

  keys(): string[] {
    return Object.keys(this.#values)
  }

  inherit(values: object): Context {
    const heir = new Parameters(this.#values)
    heir.update(values)
    return heir as unknown as Context
  }

  update(values: object): void {
    if (typeof values !== 'object' || values === null || Array.isArray(values))
      throw invalid('A context needs an object of parameters.')
    for (const [name, value] of Object.entries(values)) this.#values[name] = value
  }

  toObject(): any {
    return { ...this.#values }
  }

  param(name: string): Asset<any> {
    return makeAsset(name, { from: 'context', name, fallback: () => this.#values[name] })
  }
}

/** The parameters in what was given as a context, as they are now. @throws EngramError ERR_INVALID_OPTION */
export function parametersIn(given: Context | Record<string, unknown> | undefined): Map<string, unknown> {
  if (given === undefined) return new Map()
  const { toObject } = given as Partial<Context>
  const values = given instanceof Parameters ? toObject!.call(given) : given
  if (typeof values !== 'object' || values === null)
    throw invalid(`The option 'context' must be an object of parameters.`)
  return new Map(Object.entries(values as object))
}
