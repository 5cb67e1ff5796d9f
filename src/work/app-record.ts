import type { Payload } from '../entry/payload.ts'
import type { RecordRow } from '../entry/record.ts'
import type { Door } from '../memory/door.ts'
import { type ProcessMark, isAlive, ownMark } from '../platform/process.ts'
import { recordName } from '../report/run-rows.ts'
import type { Component } from './component.ts'
import type { LoopState } from './loops.ts'
import { type WorkCore, workOf } from './work-core.ts'
import type { WorkStatus } from './work-status.ts'

/** What families' records of apps and checkpoints are called in the store. */
const APPS = 'app'
const CHECKPOINTS = 'checkpoint'
/** Checkpoints that are kept of each app. */
const MOST_CHECKPOINTS = 100
/** Bytes of a component's state that lie in its row; more is a payload. */
const LARGE = 24 << 10

/** What is kept of an app itself; its components are the parts of its record. */
export interface AppRow {
  readonly isRunning: boolean
  readonly process: ProcessMark
  readonly ticks: unknown
  readonly loops: readonly (readonly [key: string, state: LoopState])[]
}

/** What is kept of a component. */
interface ComponentState {
  readonly fields: Readonly<Record<string, unknown>>
  readonly status?: WorkStatus
  readonly numSuccesses?: number
  /** Arguments of calls that are not over. */
  readonly underWay?: readonly (readonly unknown[])[]
}

type ComponentRow = ComponentState | { readonly large: Payload<ComponentState> }

/** An app as it was. */
export interface KeptApp {
  /** Names what is remembered in its life. */
  readonly life: string
  readonly beganAt: number
  readonly app: AppRow
  readonly components: ReadonlyMap<string, ComponentState>
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

  write(rows: readonly RecordRow[]): void {
    this.#door.records.write(rows, 1)
  }

  /** Keeps the whole of it under a version. */
  keep(version: string, life: string, now: number, app: AppRow, components: Iterable<Component>): void {
    const rows = this.#rowsOf(CHECKPOINTS, { id: version, beganAt: now }, app, components)
    const record = rows[0]!.record
    this.#door.records.write([...rows, { record, part: LIFE, value: life }], MOST_CHECKPOINTS)
  }

  #rowsOf(
    kind: string,
    { id, beganAt }: { readonly id: string; readonly beganAt: number },
    app: AppRow,
    components: Iterable<Component>,
    ending?: EndingCall,
  ): RecordRow[] {
    const record = { kind, name: this.#name, beganAt, id }
    const parts = Array.from(components, (one) => ({ record, part: one.path, value: this.#rowOf(one, ending) }))
    return [{ record, value: app }, ...parts]
  }

  #rowOf(component: Component, ending: EndingCall | undefined): ComponentRow {
    const state = stateOf(component, ending)
    const { byteLength } = this.#door.hold(state)
    return byteLength < LARGE ? state : { large: this.#door.payload(state) }
  }

  #kept(kind: string, id?: string): KeptApp | undefined {
    const filter = { kind, name: this.#name, ...(id !== undefined && { id }) }
    const [found] = this.#door.records.list(filter, 1)
    if (found === undefined) return undefined
    const { record, value } = found
    const parts = new Map(this.#door.records.parts(record).map(({ part, value: row }) => [part, row]))
    const life = (parts.get(LIFE) as string | undefined) ?? record.id
    parts.delete(LIFE)
    const components = new Map(Array.from(parts, ([path, row]) => [path, loaded(row as ComponentRow)]))
    return { life, beganAt: record.beganAt, app: value as AppRow, components }
  }
}

/** No component has such a path. */
const LIFE = '#life'

export function appRow(isRunning: boolean, ticks: unknown, loops: AppRow['loops']): AppRow {
  return { isRunning, process: (mark ??= ownMark()), ticks, loops }
}

let mark: ProcessMark | undefined

/** Whether the process of a kept app runs it still. */
export function isUnderWay({ app }: KeptApp): boolean {
  return app.isRunning && isAlive(app.process)
}

function loaded(row: ComponentRow): ComponentState {
  return 'large' in row ? row.large.value : row
}

function stateOf(component: Component, ending: EndingCall | undefined): ComponentState {
  const fields = Object.fromEntries(component.fields().map((name) => [name, component.target[name]]))
  const work = workOf(component)
  if (work === undefined) return { fields }
  const endingKey = ending?.work === work ? ending.key : undefined
  const { last, numSuccesses } = work.statuses
  const underWay = [...work.interrupted]
  for (const [key, args] of work.underWay) if (key !== endingKey) underWay.push(args)
  return {
    fields,
    status: endingKey === undefined ? last : { stage: 'succeeded', timestamp: Date.now() },
    numSuccesses: endingKey === undefined ? numSuccesses : numSuccesses + 1,
    ...(underWay.length > 0 && { underWay }),
  }
}

/** Has a component be what it was. What is no field of it any more, but a work, a flow or a method, is left out. */
export function restore(component: Component, { components }: KeptApp): void {
  const state = components.get(component.path)
  if (state === undefined) return
  const fields = new Set(component.fields())
  for (const [name, value] of Object.entries(state.fields))
    // Some have their first value by `run` alone.
    if (fields.has(name) || !(name in component.target)) component.target[name] = value
  const work = workOf(component)
  if (work === undefined || state.status === undefined) return
  work.statuses.restore(state.status, state.numSuccesses ?? 0)
  work.interrupted = state.underWay ?? []
}
