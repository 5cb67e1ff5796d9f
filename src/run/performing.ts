import type { Door, FamilyCalls } from '../memory/door.ts'
import { Memory, doorOf } from '../memory/memory.ts'
import type { MemoryOptions } from '../option/memory-options.ts'
import { builtin } from '../platform/builtin.ts'
import type { EngramError } from '../words/error.ts'
import { wordsOf } from '../words/phrase.ts'
import {
  type SentData,
  type SentKind,
  type SentTarget,
  importing,
  serveCalls,
  unsendable,
  whyUnsendable,
} from './executor.ts'
import { Attempt, type CallProgress, runWithin } from './running-call.ts'
import { loadSource } from './source.ts'

/** The side from which a call was sent, as far as it is heard where the call runs. */
export interface Sender {
  /** How far the call is. */
  progress(progress: CallProgress): void
  /** What the call reported. */
  report(name: string, value: number | string): void
  /** `import(url)`, from a file that V8 was given by Node: what is run from bytecode cannot import. */
  load(url: string): Promise<object>
  /** The function is found and its inputs are there: what goes wrong from now on is the call's failure. */
  begun(): void
  /** Calls `abort` where nobody waits for the call any more. */
  whenAborted(abort: (reason: unknown) => void): void
  /** Whether that is so. */
  isAborted(): boolean
}

/** A function that was found again. */
export interface FoundFunction {
  /** Where its results are kept. */
  readonly calls: FamilyCalls
  /** Runs it, as that call. */
  run(inputs: readonly LoadedInput[], call: Pick<SentData, 'key' | 'run'>): unknown
  /** What is to be stored of what it gave. */
  stored(result: unknown, door: Door): unknown
}

/** One that is there. */
export interface LoadedInput {
  readonly name: string
  readonly value: unknown
}

/** Finds a function among what a module exports; undefined where none is the same as the one that was sent. */
export type FindFunction = (
  exported: ReadonlyMap<string, unknown>,
  data: SentData,
  door: Door,
) => FoundFunction | undefined

const finders = new Map<SentKind, FindFunction>()

/** Has a kind of function found, from when its family is loaded. */
export function finding(kind: SentKind, find: FindFunction): void {
  finders.set(kind, find)
}

const memories = new Map<string, Memory>()
/** By the memory that keeps their results, and what was sent to find them. */
const functions = new WeakMap<Door, Map<string, FoundFunction>>()

/**
 * Runs a call that was sent, and stores its result under its key, here where an executor has brought it.
 *
 * `data` names the module that is imported: take it from your own program alone.
 *
 * @throws EngramError ERR_UNSENDABLE where it has to run where it came from; and what the function throws.
 *
 * @example
 * ```ts
 * // in the process of an executor of yours; `sender` has the methods of `Sender`
 * process.on('message', (data: SentData) => void performSent(data, sender))
 * ```
 */
export async function performSent(data: SentData, sender: Sender): Promise<void> {
  serveCalls()
  const memory = memoryOf(data.memory)
  const door = doorOf(memory)
  const found = await foundFunction(data, door, sender)
  const inputs = loaded(data, memory)
  sender.begun()
  const attempt = new Attempt(data.call.attempt, {
    runId: data.call.runId,
    name: data.call.name,
    progress: (progress) => sender.progress(progress),
    report: (name, value) => sender.report(name, value),
  })
  sender.whenAborted((reason) => attempt.abortion.abort(reason))
  const begunAt = performance.now()
  const result = await runWithin(attempt, async () => found.run(inputs, data))
  const durationMs = performance.now() - begunAt
  const value = await found.stored(result, door)
  if (sender.isAborted()) return
  const endedAt = Date.now() + data.clockOffsetMs
  store(found.calls, data, { value, isPromised: true, endedAt, durationMs })
}

function store(calls: FamilyCalls, { identity }: SentData, result: Parameters<FamilyCalls['storeAs']>[1]): void {
  try {
    calls.storeAs(Buffer.from(identity, 'base64'), result)
  } catch (error) {
    throw unsendable(`Its result cannot be stored, so it does not come back: ${wordsOf(error)}`, error)
  }
}

function loaded({ inputs }: SentData, memory: Memory): LoadedInput[] {
  try {
    return inputs.map(({ name, source }) => ({ name, value: loadSource(source, memory) }))
  } catch (error) {
    throw unsendable(`What it is given cannot be loaded: ${wordsOf(error)}`, error)
  }
}

function memoryOf(options: MemoryOptions): Memory {
  const text = JSON.stringify(options)
  let memory = memories.get(text)
  if (memory === undefined) memories.set(text, (memory = new Memory(withInfinity(options))))
  return memory
}

/** JSON has null for what is not limited. */
function withInfinity(options: MemoryOptions): MemoryOptions {
  const limits = Object.fromEntries(
    Object.entries(options.limits ?? {}).map(([name, limit]) => [name, limit === null ? Infinity : limit]),
  )
  return { ...options, limits }
}

async function foundFunction(data: SentData, door: Door, sender: Sender): Promise<FoundFunction> {
  const { module, kind, target } = data
  const text = JSON.stringify([module, kind, target])
  const ofDoor = functions.get(door) ?? new Map<string, FoundFunction>()
  functions.set(door, ofDoor)
  let found = ofDoor.get(text)
  // What a function captured may have changed since it was found.
  if (found !== undefined && found.calls.place() === target.place) return found
  const exported = await exportsOf(module, sender)
  // Its family is loaded by now, where the module uses it.
  found = finders.get(kind)?.(exported, data, door)
  if (found === undefined) throw notFound(module, target)
  ofDoor.set(text, found)
  return found
}

async function exportsOf(module: string, sender: Sender): Promise<ReadonlyMap<string, unknown>> {
  try {
    const url = builtin('node:url').pathToFileURL(module).href
    const found = (await importing(() => sender.load(url))) as Record<string, unknown>
    const whole = found['default']
    // Of CommonJS, Node does not tell all names.
    const members = typeof whole === 'object' && whole !== null ? Object.entries(whole) : []
    return new Map([...members, ...Object.entries(found)])
  } catch (error) {
    throw whyUnsendable(error) ?? unsendable(`Its module '${module}' cannot be imported: ${wordsOf(error)}`, error)
  }
}

function notFound(module: string, { functionName, name }: SentTarget): EngramError {
  const what = functionName || name
  const fix = 'Export it from there by a name; what it captures has to be the same in each thread.'
  return unsendable(`'${module}' exports no '${what}' that is the same function as here. ${fix}`)
}
