import type { Payload } from '../entry/payload.ts'
import type { RecordRow } from '../entry/record.ts'
import type { Door } from '../memory/door.ts'
import type { RecordId } from '../native/binding.ts'
import { type ProcessMark, isAlive, ownMark } from '../platform/process.ts'
import { recordName } from '../report/run-rows.ts'
import type { Ancestor, Moment } from './ancestors.ts'
import { shortKey, standInOf } from './call-place.ts'
import { type WaitingCalls, waitingFrom } from './calls-under-way.ts'
import type { Component } from './component.ts'
import type { LoopState } from './loops.ts'
import { type WorkCore, workOf } from './work-core.ts'
import type { WorkStatus } from './work-status.ts'

/** What families' records of apps and checkpoints are called in the store. */
const APPS = 'app'
const CHECKPOINTS = 'checkpoint'
/** Checkpoints that are kept of each app. */
const MOST_CHECKPOINTS = 100
/** Calls under way that are kept in the state of a work. More are kept beside it: each call that ends writes the state. */
const FEW = 16
/** Bytes of a component's state that lie in its row; more is a payload. */
const LARGE = 24 << 10

/** What is kept of an app itself; its components are the parts of its record. */
export interface AppRow {
  readonly isRunning: boolean
  readonly process: ProcessMark
  readonly ticks: unknown
  readonly loops: readonly (readonly [key: string, state: LoopState])[]
  /** Undefined where there are none. */
  readonly ancestors?: readonly Ancestor[]
}

/** What is kept of a component. */
interface ComponentState {
  readonly fields: Readonly<Record<string, unknown>>
  readonly status?: WorkStatus
  readonly numSuccesses?: number
  /** Arguments of calls that are not over. */
  readonly underWay?: readonly (readonly unknown[])[]
  /** Where these are many: the number of the first, of those that are kept beside the state. */
  readonly firstUnderWay?: number
}

/** State of a work whose call in a thread is done: it was stored there, together with the result. */
interface EndedState {
  /** Of the call. */
  readonly key: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** Where a thread keeps that. */
export interface EndedPlace {
  readonly record: RecordId
  readonly key: string
}

type Kept<T> = T | { readonly large: Payload<T> }

/** An app as it was. */
export interface KeptApp {
  /** Names what is remembered in its life. */
  readonly life: string
  readonly beganAt: number
  readonly app: AppRow
  readonly components: ReadonlyMap<string, ComponentState>
  readonly ended: ReadonlyMap<string, EndedState>
  /** When it was as it was, where it is a checkpoint. */
  readonly moment: Moment | undefined
}

/** A checkpoint beside its state. */
export interface Checkpoint {
  readonly version: string
  readonly life: string
  readonly moment: Moment
  /** By the app's clock. */
  readonly now: number
}

/** A call that has run, and whose result is stored with the state of its work: that is as it will be once it is over. */
export interface EndingCall {
  readonly work: WorkCore
  readonly key: string
}

/** What is kept of one app, so that it can be taken up again. */
export class AppRecord {
  readonly #door: Door
  readonly #name: string

  constructor(door: Door, name: string) {
    this.#door = door
    this.#name = recordName(name)
  }

  /** The last life of the app; undefined where there is none. */
  last(): KeptApp | undefined {
    return this.#kept(APPS)
  }

  checkpoint(version: string | undefined): KeptApp | undefined {
    return this.#kept(CHECKPOINTS, version)
  }

  /** Of a life, what changed. `ending` is a call that is over with it. Throws ERR_UNSERIALIZABLE. */
  rows(
    life: { readonly id: string; readonly beganAt: number },
    app: AppRow,
    components: Iterable<Component>,
    ending?: EndingCall,
  ): RecordRow[] {
    return this.#rowsOf(APPS, life, app, components, ending)
  }

  /** Which record a life has. */
  recordOf({ id, beganAt }: { readonly id: string; readonly beganAt: number }): RecordId {
    return { kind: APPS, name: this.#name, beganAt, id }
  }

  write(rows: readonly RecordRow[]): void {
    this.#door.records.write(rows, 1)
  }

  /** Keeps the whole of it under a version. */
  keep({ version, life, moment, now }: Checkpoint, app: AppRow, components: Iterable<Component>): void {
    const rows = this.#rowsOf(CHECKPOINTS, { id: version, beganAt: now }, app, components)
    const record = rows[0]!.record
    this.#door.records.write([...rows, { record, part: LIFE, value: { life, moment } }], MOST_CHECKPOINTS)
  }

  #rowsOf(
    kind: string,
    { id, beganAt }: { readonly id: string; readonly beganAt: number },
    app: AppRow,
    components: Iterable<Component>,
    ending?: EndingCall,
  ): RecordRow[] {
    const record = { kind, name: this.#name, beganAt, id }
    const rows: RecordRow[] = [{ record, value: app }]
    for (const component of components) {
      rows.push({ record, part: component.path, value: small(stateOf(component, ending), this.#door) })
      const waiting = waitingOf(component, kind === CHECKPOINTS)
      if (waiting !== undefined)
        rows.push({ record, part: WAITING + component.path, value: small(waiting, this.#door) })
    }
    return rows
  }

  #kept(kind: string, id?: string): KeptApp | undefined {
    const filter = { kind, name: this.#name, ...(id !== undefined && { id }) }
    const [found] = this.#door.records.list(filter, 1)
    if (found === undefined) return undefined
    const { record, value } = found
    const parts = new Map(this.#door.records.parts(record).map(({ part, value: row }) => [part, row]))
    const { life = record.id, moment } = (parts.get(LIFE) ?? {}) as Partial<Checkpoint>
    parts.delete(LIFE)
    const ended = new Map<string, EndedState>()
    const components = new Map<string, ComponentState>()
    for (const [part, row] of parts) {
      if (part.startsWith(WAITING)) continue
      if (part.startsWith(ENDED)) ended.set(part.slice(ENDED.length), loaded(row as Kept<EndedState>))
      else components.set(part, withWaiting(loaded(row as Kept<ComponentState>), parts.get(WAITING + part)))
    }
    return { life, beganAt: record.beganAt, app: value as AppRow, components, ended, moment }
  }
}

/** No component has such a path. */
const LIFE = '#life'
/** Before the path of a component. */
const ENDED = '#ended '
const WAITING = '#waiting '

/** What a thread writes with the result of a call. The app may die before it hears of it. */
export function endedRow({ record, key }: EndedPlace, component: Component, door: Door): RecordRow {
  return { record, part: ENDED + component.path, value: small({ key, fields: fieldsOf(component) }, door) }
}

export function appRow(row: Omit<AppRow, 'process'>): AppRow {
  return { ...row, process: (mark ??= ownMark()) }
}

let mark: ProcessMark | undefined

/** Whether the process of a kept app runs it still. */
export function isUnderWay({ app }: KeptApp): boolean {
  return app.isRunning && isAlive(app.process)
}

function small<T extends object>(state: T, door: Door): Kept<T> {
  return door.hold(state).byteLength < LARGE ? state : { large: door.payload(state) }
}

function loaded<T extends object>(row: Kept<T>): T {
  return 'large' in row ? row.large.value : row
}

function fieldsOf(component: Component): Record<string, unknown> {
  return Object.fromEntries(component.fields().map((name) => [name, component.target[name]]))
}

function stateOf(component: Component, ending: EndingCall | undefined): ComponentState {
  const fields = fieldsOf(component)
  const work = workOf(component)
  if (work === undefined) return { fields }
  const endingKey = ending?.work === work ? ending.key : undefined
  const { last, numSuccesses } = work.statuses
  return {
    fields,
    status: endingKey === undefined ? last : { stage: 'succeeded', timestamp: Date.now() },
    numSuccesses: endingKey === undefined ? numSuccesses : numSuccesses + 1,
    ...underWayOf(work, endingKey),
  }
}

function underWayOf(work: WorkCore, ending: string | undefined): Pick<ComponentState, 'underWay' | 'firstUnderWay'> {
  if (areBeside(work)) return { firstUnderWay: work.underWay.firstBut(ending) }
  const underWay = [...work.interrupted, ...work.underWay.but(ending)]
  return underWay.length > 0 ? { underWay } : {}
}

function areBeside({ underWay, interrupted }: WorkCore): boolean {
  return underWay.size > FEW && interrupted.length === 0
}

/** Undefined where they are few, or none came since they were written. */
function waitingOf(component: Component, isWhole: boolean): WaitingCalls | undefined {
  const work = workOf(component)
  if (work === undefined || !areBeside(work)) return undefined
  return isWhole || work.underWay.hasNew ? work.underWay.waiting() : undefined
}

/** What is kept of a component has all that is under way. */
export function allWritten(component: Component): void {
  const work = workOf(component)
  // Those that are few were written without what is beside the state.
  if (work !== undefined) work.underWay.hasNew = !areBeside(work)
}

function withWaiting(state: ComponentState, kept: unknown): ComponentState {
  const { firstUnderWay } = state
  if (firstUnderWay === undefined || kept === undefined) return state
  return { ...state, underWay: waitingFrom(firstUnderWay, loaded(kept as Kept<WaitingCalls>)) }
}

/** Has a component be what it was. What is no field of it any more, but a work, a flow or a method, is left out. */
export function restore(component: Component, { components, ended }: KeptApp): void {
  const kept = components.get(component.path)
  if (kept === undefined) return
  const work = workOf(component)
  const state = work === undefined ? kept : withEnded(work, kept, ended.get(component.path))
  const fields = new Set(component.fields())
  for (const [name, value] of Object.entries(state.fields))
    // Some have their first value by `run` alone.
    if (fields.has(name) || !(name in component.target)) component.target[name] = value
  if (work === undefined || state.status === undefined) return
  work.statuses.restore(state.status, state.numSuccesses ?? 0)
  work.interrupted = state.underWay ?? []
}

/** A call that is kept as under way may be over: then its thread kept a newer state. */
function withEnded(work: WorkCore, kept: ComponentState, ended: EndedState | undefined): ComponentState {
  const { underWay = [], numSuccesses = 0 } = kept
  const left = underWay.filter((args) => shortKey(standInOf(work, args) ?? args) !== ended?.key)
  if (ended === undefined || left.length === underWay.length) return kept
  const status: WorkStatus = { stage: 'succeeded', timestamp: Date.now() }
  return { fields: { ...kept.fields, ...ended.fields }, status, numSuccesses: numSuccesses + 1, underWay: left }
}
