import type { Door } from '../memory/door.ts'
import type { Memory } from '../memory/memory.ts'
import type { CallRecord } from '../report/run-record.ts'
import type { AppRecord, KeptApp } from './app-record.ts'
import type { Changes } from './changed.ts'
import type { Component } from './component.ts'

/** What one run of an app is made of. */
export interface AppRunParts {
  readonly root: Component
  readonly name: string
  readonly memory: Memory
  readonly door: Door
  readonly record: AppRecord
  readonly clock: () => number
  readonly signal: AbortSignal | undefined
  /** What it takes up again. */
  readonly kept: KeptApp | undefined
  /** Names what is remembered, where it does not go on after a crash. */
  readonly life: string
  readonly onChange: (changes: Changes) => void
  readonly onCall: (call: CallRecord) => void
}
