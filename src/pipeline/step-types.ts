import type { HashMethod } from '../fingerprint/dependency.ts'
import type { CallParameters, CallResult } from '../function/signatures.ts'
import type { AnyFunction } from '../function/wrapped.ts'
import type { CacheOptions } from '../option/cache-options.ts'
import type { Retry } from '../run/retry.ts'
import type { StandardSchemaV1 } from '../run/schema.ts'
import type { Timeout } from '../run/timeout.ts'

/**
 * What makes a step run again.
 *
 * - `'codeHash'`, also `true` and `'code_hash'`: its source (a comment counts), what that reaches, or its inputs.
 * - `'syntaxHash'`: the same, but comments, whitespace and quotes do not count.
 * - `'inputHash'`, also `'input_hash'`: its inputs alone.
 * - `false`: every run.
 * - a function: the string that it returns. null or undefined: this call is not cached.
 */
export type StepCache = 'codeHash' | 'syntaxHash' | 'inputHash' | 'code_hash' | 'input_hash' | boolean | StepKey

/**
 * Returns what stands for a call of a step in its key. A value of `inputs` is loaded when it is read. `context` has all its
 * parameters.
 */
export type StepKey = (
  step: { name: string },
  inputs: Record<string, unknown>,
  context: Record<string, unknown>,
) => string | null | undefined

/** What a step publishes, by name; with `hash`, the string that stands for it in the keys of those that take it. */
export type OutputSpec =
  | string
  | {
      /** Under which others take it. */
      readonly name: string
      /** What stands for it in the keys of those that take it. Default: its digest. */
      readonly hash?: HashMethod<any>
      /** Checks what the step gives, and may make another value of it; where it refuses, the step fails (ERR_PIPELINE). Default none. */
      readonly schema?: StandardSchemaV1
    }

type NameOf<O> = O extends string ? O : O extends { readonly name: infer N extends string } ? N : never
type Indices<O> = Extract<keyof O, `${number}`>

declare const unnamed: unique symbol

/** Outputs whose names are known when the program runs: the compiler does not know how a function is called. */
export interface UnnamedOutputs {
  readonly [name: string]: any
  /** For the compiler alone. */
  readonly [unnamed]?: true
}

/**
 * What a step publishes. Nothing named: its own name, of which the compiler knows what the option `name` says. One: the whole
 * result. Several: an array in order, or an object by key.
 */
export type Published<N extends string, O extends readonly OutputSpec[], R> = O extends readonly []
  ? string extends N
    ? UnnamedOutputs
    : { [K in N]: R }
  : O extends readonly [infer A]
    ? { [K in NameOf<A>]: R }
    : R extends readonly unknown[]
      ? { [I in Indices<O> as NameOf<O[I]>]: I extends keyof R ? R[I] : R[number] }
      : { [I in Indices<O> as NameOf<O[I]>]: NameOf<O[I]> extends keyof R ? R[NameOf<O[I]>] : unknown }

/** How a step is known, wired, cached and run. */
export interface StepOptions<
  F extends AnyFunction = AnyFunction,
  N extends string = string,
  O extends readonly OutputSpec[] = readonly OutputSpec[],
> extends Omit<CacheOptions<F>, 'strategy' | 'name'> {
  /** A non-empty string. Default: the function's name. */
  name?: N
  /** Names of what its parameters are given, in order: outputs of other steps, inputs of the run. Default: the names of the parameters. */
  inputs?: readonly string[]
  /** Names of what it gives: see `Published`. Default: its own name. */
  outputs?: O
  /** Default: 'inputHash' where a version is given, else that of the pipeline, else 'codeHash'. That of the memory does not count. */
  cache?: StepCache
  /** How often it is tried again after a failure, and when. Default: never. */
  retry?: Retry
  /** How long it may take: a duration for each attempt, or `{ maxRuntime, deadline }`. Then it fails with ERR_TIMEOUT. Default: no limit. */
  timeout?: Timeout
  /**
   * Sees outputs of other steps and inputs of the run by name, and loads what it reads. If it gives false, the step is skipped,
   * and so are all that need it. Default: it runs.
   */
  condition?: (assets: Readonly<Record<string, any>>) => boolean | PromiseLike<boolean>
  /** Non-empty strings, for `pipeline.toJSON()`. Default none. */
  tags?: readonly string[]
  /** For those who read the program: not used. Default none. */
  description?: string
}

declare const publishes: unique symbol

/** A function that is a step of pipelines. Called by itself, it is the function. */
export interface Step<F extends AnyFunction = AnyFunction, N extends string = string, P extends object = {}> {
  (...args: CallParameters<F>): CallResult<F>
  /** Its name in pipelines. */
  readonly stepName: N
  /** The function. */
  readonly fn: F
  /** For the compiler alone. */
  readonly [publishes]?: P
  /** The same under other options; what is not named stays. @throws EngramError as `step` does. */
  with<const M extends string = N, const O extends readonly OutputSpec[] = []>(
    options: StepOptions<F, M, O>,
  ): Step<F, M, O extends readonly [] ? P : Published<M, O, Awaited<CallResult<F>>>>
}

/** A step, whatever it takes and gives. */
export type AnyStep = Step<any, any, any>
