import type { MemoryOptions } from '../option/memory-options.ts'
import type { CarriedError } from '../run/carried-error.ts'
import type { CallProgress } from '../run/running-call.ts'
import type { Source } from '../run/source.ts'
import type { EndedPlace } from './app-record.ts'

/** Fields of a work's state, each from what it is made again. */
export type SentFields = readonly (readonly [name: string, value: Source])[]

/** A call that a thread is to make. */
export interface SentRun {
  /** URL of the module that has the class, and its name there. */
  readonly module: string
  readonly exportName: string
  /** Place of the work. */
  readonly path: string
  readonly fields: SentFields
  /** Number of this message among those that bring fields. */
  readonly told: number
  readonly args: Source
  readonly memory: MemoryOptions
  /** Where the result is stored, and with it the state; undefined where the call is not remembered. */
  readonly kept: { readonly name: string; readonly identity: string; readonly ended: EndedPlace } | undefined
  readonly runId: string
  readonly attempt: number
  /** Of the memory's clock to that of the system. */
  readonly clockOffsetMs: number
}

export type ToThread =
  | { readonly run: SentRun }
  | { readonly fields: SentFields; readonly told: number }
  | { readonly abort: CarriedError }

export type FromThread =
  | { readonly begun: true }
  /** `heard`: the last `told` that came before. */
  | { readonly fields: SentFields; readonly heard: number }
  | { readonly progress: CallProgress }
  | { readonly report: readonly [name: string, value: number | string] }
  /** The call is over: its result is stored, with so many bytes. */
  | { readonly stored: number }
  | { readonly value: Source }
  | { readonly error: CarriedError }
