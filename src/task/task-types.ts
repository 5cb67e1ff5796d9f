import type { Payload } from '../entry/payload.ts'
import type { HashMethod } from '../fingerprint/dependency.ts'
import type { AnyFunction } from '../function/wrapped.ts'
import type { Memory } from '../memory/memory.ts'
import type { Duration } from '../option/duration.ts'
import type { Retry } from '../run/retry.ts'
import type { StandardSchemaV1 } from '../run/schema.ts'
import type { Timeout } from '../run/timeout.ts'

// ---------------------------------------------------------------------------------------------------------- caching

/** 'auto': the version is made from the code. 'override': `versionOverride` stands for the code. 'disable': not cached. */
export type CacheBehavior = 'auto' | 'override' | 'disable'

/** Whether and how a node is cached: true needs `cacheVersion`; a word or a spec says it all. */
export type CacheRequest = boolean | CacheBehavior | CacheSpec

/** How a node is cached, in one object. */
export interface CacheSpec {
  /** Part of the key, a non-empty string: it stands for the code. Default: made by `policies`. */
  version?: string
  /** The same, as Flyte 2 calls it. */
  versionOverride?: string
  /** Equal calls run one at a time, in all threads and processes; the others wait for that result. Default false. */
  serialize?: boolean
  /** Inputs that are not in the key. Default none. */
  ignoredInputs?: string | readonly string[]
  /** Part of the key, and given to policies. Default ''. */
  salt?: string
  /** An older entry is stale. 0, the default: never. */
  maxAge?: Duration
  /** Make the version from the function, where none is given. Default `functionBody()`. */
  policies?: CachePolicy | readonly CachePolicy[]
  /** 'overwrite' runs and replaces what is stored. Default 'override' where a version is given, else 'auto'. */
  behavior?: CacheBehavior | 'overwrite'
}

/** Makes a version from a function. */
export interface CachePolicy {
  /**
   * Returns the version; what it throws is the cause of an ERR_TASK.
   *
   * @param params - `name`: that of the node. `module`: path of the file in which it was defined.
   */
  getVersion(salt: string, params: { fn: AnyFunction; name: string; module?: string }): string
}

// ---------------------------------------------------------------------------------------------------------- interface

/** Words for types. */
export type Word =
  | 'int'
  | 'float'
  | 'number'
  | 'str'
  | 'string'
  | 'bool'
  | 'boolean'
  | 'date'
  | 'bytes'
  | 'any'
  | (string & {})
/** What a word stands for. */
export type OfWord<W> = W extends 'int' | 'float' | 'number'
  ? number
  : W extends 'str' | 'string'
    ? string
    : W extends 'bool' | 'boolean'
      ? boolean
      : W extends 'date'
        ? Date
        : W extends 'bytes'
          ? Uint8Array
          : any

/**
 * The type of an input or output: a word, a schema of a validation library, or `hashMethod(fn)`, whose text stands for the value
 * in keys. `[type]` is a list of it, `{ '*': type }` a record of it by any names. Other words than those that are listed are in
 * the key, and check nothing.
 */
export type InterfaceType =
  | Word
  | StandardSchemaV1
  | HashMethod<any>
  | readonly [InterfaceType]
  | {
      /** The type of all members, whatever their names are. */
      readonly '*': InterfaceType
    }

/** Names and types of inputs or outputs. */
export type Interface = Record<string, InterfaceType>

/** What a function gets whose inputs are declared so. */
export type InferInterface<S> = { [K in keyof S]: InferType<S[K]> }
/** What a function gets for one type. Where any type may be meant there is no end to what it could be of. */
export type InferType<T> = InterfaceType extends T
  ? any
  : T extends StandardSchemaV1<any, infer O>
    ? O
    : T extends readonly [infer I]
      ? InferType<I>[]
      : T extends Record<'*', infer I>
        ? Record<string, InferType<I>>
        : OfWord<T>

// ---------------------------------------------------------------------------------------------------------- options

/** What a task is. */
export interface TaskOptions<S = Interface> {
  /** Part of the key. Default: the name of the function. */
  name?: string
  /** Default false. true needs `cacheVersion`; 'auto', or a spec without a version, makes it from the code. */
  cache?: CacheRequest
  /** Part of the key: stands for the code. A non-empty string. Default none; `cache: true` without one is ERR_TASK. */
  cacheVersion?: string
  /** Equal calls run one at a time, in all threads and processes that share the directory. Default false. */
  cacheSerialize?: boolean
  /** Inputs that are not in the key. Default none. */
  cacheIgnoreInputVars?: readonly string[]
  /**
   * Names and types are part of the key. Schemas check and convert, before the key is made. Default: the names that the
   * function takes apart.
   */
  inputs?: S
  /** The same for what it returns: one output is the whole result, several are an object by name. Default none. */
  outputs?: Interface
  /** Further attempts after a failure. Default none. */
  retries?: Retry
  /** How long it may take: a duration for each attempt, or `{ maxRuntime, deadline }`. Then it fails with ERR_TIMEOUT. Default no limit. */
  timeout?: Timeout
  /** How many calls of it run at a time in this process: an integer from 1 on. Default no limit but that of the run. */
  concurrency?: number
  /** Where results are kept. Default: the memory of the workflow that calls it, else `localCache`. */
  memory?: Memory
  /** Part of the key. Default: that of the memory. */
  project?: string
  /** The same. Default: that of the memory. */
  domain?: string
}

/** What a call, or another node of the same function, may have otherwise. */
export type Overrides = Pick<
  TaskOptions,
  'name' | 'cache' | 'cacheVersion' | 'cacheSerialize' | 'cacheIgnoreInputVars' | 'retries' | 'timeout'
>

// ---------------------------------------------------------------------------------------------------------- nodes

/** A value, another node's call, or a reference: what is not needed is not loaded. */
export type Wired<T> = T | PromiseLike<T> | Payload<T>
/** Inputs, each of which may still be to come. */
export type WiredInputs<I> = { [K in keyof I]: Wired<I[K]> }
/** The arguments of a node: none are needed where every input may be left out. */
export type Arguments<I> = {} extends I ? [inputs?: WiredInputs<I>] : [inputs: WiredInputs<I>]

/**
 * A call of a node. It begins in the next microtask: until then it can be overridden, and ordered. Awaited, it gives the result;
 * passed on unawaited as an input, it is a reference, and a call that finds its own result loads nothing.
 */
export interface NodeCall<O> extends Promise<O> {
  /** For this call. `name` is how it is told, and not in the key. @throws EngramError ERR_TASK */
  withOverrides(options: Overrides): NodeCall<O>
  /** `next` begins when this is done, and is cancelled where this fails. Returns `next`. @throws EngramError ERR_TASK */
  runsBefore<N extends NodeCall<any>>(next: N): N
  /** Its only output: itself. */
  readonly o0: NodeCall<O>
  /** A reference to the result: a hit loads nothing. Rejects as the call does. */
  payload(): Promise<Payload<O>>
}

/** What a node gives: of calls that its function returns, in lists and objects too, their results. */
export type ResultsIn<O> = 0 extends 1 & O
  ? O
  : O extends NodeCall<infer R>
    ? R
    : O extends readonly unknown[]
      ? { [K in keyof O]: ResultsIn<O[K]> }
      : 0 extends 1 & O[keyof O]
        ? O
        : [Extract<O[keyof O], NodeCall<any> | readonly NodeCall<any>[]>] extends [never]
          ? O
          : { [K in keyof O]: ResultsIn<O[K]> }

/** Inputs of which those that are in `D` may be left out. */
export type WithDefaults<I, D> = [keyof D] extends [never] ? I : Omit<I, keyof D> & { [K in keyof I & keyof D]?: I[K] }

/** How a node is called for each item of a list. */
export interface MapTaskOptions {
  /** Items that are under way at a time: an integer from 1 on, or Infinity. Default: that of the run. */
  concurrency?: number
  /** How many must succeed, 0 to 1; the places of others hold undefined. Default 1. */
  minSuccessRatio?: number
  /** What the calls are called in records. Default: the name of the node. */
  groupName?: string
  /** Ends it early. Default none. */
  signal?: AbortSignal
}

/** A task, workflow or launch plan. */
export interface TaskNode<I, O> {
  (...inputs: Arguments<I>): NodeCall<O>
  /** Its name, which is in keys; empty where nothing needs one. */
  readonly nodeName: string
  /** Another node of the same function. @throws EngramError ERR_TASK, ERR_INVALID_OPTION */
  withOverrides(options: Overrides): TaskNode<I, O>
  /** The same, as Flyte 2 calls it. */
  override(options: Overrides): TaskNode<I, O>
  /** A node some of whose inputs are there; a call may give others. @throws EngramError ERR_TASK for an input that there is not. */
  partial<P extends Partial<I>>(inputs: P): TaskNode<Omit<I, keyof P>, O>
  /**
   * One call for each item, each cached by itself, whatever its place. Results come in the order of the items. Rejects where fewer than
   * `minSuccessRatio` succeed.
   *
   * @throws EngramError ERR_INVALID_OPTION, ERR_TASK
   */
  map(items: readonly WiredInputs<I>[], options?: MapTaskOptions & { returnExceptions?: false }): Promise<O[]>
  /** The same, with what became of each item. */
  map(
    items: readonly WiredInputs<I>[],
    options: MapTaskOptions & { returnExceptions: true },
  ): Promise<PromiseSettledResult<O>[]>
}
