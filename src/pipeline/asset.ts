import type { Payload } from '../entry/payload.ts'
import { noteUnkeyed } from '../function/unkeyed.ts'
import type { StandardSchemaV1 } from '../run/schema.ts'

declare const holds: unique symbol

/** A value that a run will have: what `pipeline.step` returns and takes. Nothing is loaded by holding one. */
export interface Asset<T> {
  /** Of the step, input or parameter, with the members on the way: `split.train`. */
  readonly name: string
  /** For the compiler alone. */
  readonly [holds]?: T
  /** One member of it. */
  pick<K extends keyof T>(key: K): Asset<T[K]>
}

/** A value, what stands for one that a run will have, or a reference to one that is stored. */
export type Wire<T> = T | Asset<T> | Payload<T>
/** What may be given for each of the parameters. */
export type Wires<P extends readonly unknown[]> = { [I in keyof P]: Wire<P[I]> }

/** Where the value of an asset comes from. */
export type AssetSource =
  /** The step of a pipeline, by its place there. */
  | { readonly from: 'step'; readonly pipeline: object; readonly step: number }
  | { readonly from: 'input'; readonly name: string; readonly schema: StandardSchemaV1 | undefined }
  | { readonly from: 'context'; readonly name: string; readonly fallback: () => unknown }

/** An asset, and the members on the way from its source to it. */
export interface AssetPath {
  readonly source: AssetSource
  readonly path: readonly PropertyKey[]
}

/** What an asset stands for; undefined for what is none. */
export let assetPathOf: (value: unknown) => AssetPath | undefined

class PipelineAsset implements Asset<any> {
  readonly name: string
  readonly #source: AssetSource
  readonly #path: readonly PropertyKey[]

  static {
    assetPathOf = (value) =>
      typeof value === 'object' && value !== null && #path in value
        ? { source: value.#source, path: value.#path }
        : undefined
  }

  constructor(name: string, source: AssetSource, path: readonly PropertyKey[]) {
    this.name = name
    this.#source = source
    this.#path = path
  }

  pick(key: PropertyKey): Asset<any> {
    return makeAsset(`${this.name}.${String(key)}`, this.#source, [...this.#path, key])
  }
}

noteUnkeyed((object) =>
  assetPathOf(object) === undefined
    ? undefined
    : 'is what a step of a pipeline gives, which is there in a run of that pipeline alone: give it to the step as an argument',
)

const WHOLE: readonly never[] = []

export function makeAsset(name: string, source: AssetSource, path: readonly PropertyKey[] = WHOLE): Asset<any> {
  return new PipelineAsset(name, source, path)
}
