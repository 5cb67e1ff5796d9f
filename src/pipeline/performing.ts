import { nameOf, textOf } from '../function/text.ts'
import { type AnyFunction, unwrapped } from '../function/wrapped.ts'
import { type Door, type FamilyCalls } from '../memory/door.ts'
import { Memory, doorOf } from '../memory/memory.ts'
import { digestOfText } from '../native/binding.ts'
import type { MemoryOptions } from '../option/memory-options.ts'
import { builtin } from '../platform/builtin.ts'
import { type SentData, importing, serveCalls, unsendable, whyUnsendable } from '../run/executor.ts'
import { Attempt, type CallProgress, runWithin } from '../run/running-call.ts'
import { loadSource } from '../run/source.ts'
import type { EngramError } from '../words/error.ts'
import { wordsOf } from '../words/phrase.ts'
import { published } from './publication.ts'
import { type KeptFunction, type SentStep, callsOfKept, proofOf } from './sent-step.ts'
import type { StepOutput } from './step-definition.ts'
import { knownDefinition } from './step.ts'

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

/** A step's function, found again. */
interface FoundStep {
  readonly fn: AnyFunction
  readonly calls: FamilyCalls
  /** What it publishes. */
  readonly outputs: readonly StepOutput[]
}

const memories = new Map<string, Memory>()
/** By the memory that keeps their results, and what was sent to find them. */
const steps = new WeakMap<Door, Map<string, FoundStep>>()

/**
 * Runs a call that was sent, and stores its result under its key, here where an executor has brought it.
 *
 * @throws EngramError ERR_UNSENDABLE where it has to run where it came from; and what the function throws.
 */
export async function performSent(data: SentData, sender: Sender): Promise<void> {
  serveCalls()
  const memory = memoryOf(data.memory)
  const door = doorOf(memory)
  const target = data.target as SentStep
  const step = await foundStep(data, target, door, sender)
  const values = loaded(data, memory)
  sender.begun()
  const attempt = new Attempt(data.call.attempt, {
    runId: data.call.runId,
    name: data.call.name,
    progress: (progress) => sender.progress(progress),
    report: (name, value) => sender.report(name, value),
  })
  sender.whenAborted((reason) => attempt.abortion.abort(reason))
  const begunAt = performance.now()
  const result = await runWithin(attempt, async () => step.fn.apply(undefined, values))
  const durationMs = performance.now() - begunAt
  const value = await published(result, { name: target.name, outputs: step.outputs }, door)
  if (sender.isAborted()) return
  const endedAt = Date.now() + data.clockOffsetMs
  store(step.calls, target, { value, isPromised: true, endedAt, durationMs })
}

function store(calls: FamilyCalls, { identity }: SentStep, result: Parameters<FamilyCalls['storeAs']>[1]): void {
  try {
    calls.storeAs(Buffer.from(identity, 'base64'), result)
  } catch (error) {
    throw unsendable(`Its result cannot be stored, so it does not come back: ${wordsOf(error)}`, error)
  }
}

function loaded({ inputs }: SentData, memory: Memory): unknown[] {
  try {
    return inputs.map(({ source }) => loadSource(source, memory))
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

async function foundStep(
  { module, exportName }: SentData,
  target: SentStep,
  door: Door,
  sender: Sender,
): Promise<FoundStep> {
  const { identity: _, ...same } = target
  const text = JSON.stringify([module, same])
  const found = steps.get(door) ?? new Map<string, FoundStep>()
  steps.set(door, found)
  let step = found.get(text)
  // What a function captured may have changed since it was found.
  if (step !== undefined && step.calls.place() === target.place) return step
  const exported = await exportsOf(module, sender)
  step = candidatesIn(exported, exportName, target)
    .map(({ kept, outputs }) => sameStep(kept, outputs, target, door))
    .find((one) => one !== undefined)
  if (step === undefined) throw notFound(module, target)
  found.set(text, step)
  return step
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

interface Candidate {
  readonly kept: KeptFunction
  readonly outputs: readonly StepOutput[]
}

/** The step itself, before a function that may be its. */
function candidatesIn(exported: ReadonlyMap<string, unknown>, exportName: string, target: SentStep): Candidate[] {
  const { name, file, variant, options, outputs, arePlain, functionName } = target
  const [itself, others]: [Candidate[], Candidate[]] = [[], []]
  const named = exported.get(exportName)
  for (const one of new Set([named, ...exported.values()])) {
    if (typeof one !== 'function') continue
    const definition = knownDefinition(one as AnyFunction)
    // What an item of a map gives has no parts.
    if (definition?.name === name && (variant === 'item' || isSameList(definition.outputs, outputs)))
      itself.push({ kept: definition, outputs: variant === 'item' ? [] : definition.outputs })
    const fn = definition?.fn ?? unwrapped(one as AnyFunction)
    if (options === undefined || !arePlain || (one !== named && nameOf(fn) !== functionName)) continue
    const kept = { name, fn, file, cacheOptions: options }
    others.push({ kept, outputs: outputs.map((output) => ({ name: output, hash: undefined, schema: undefined })) })
  }
  return [...itself, ...others]
}

function isSameList(outputs: readonly StepOutput[], names: readonly string[]): boolean {
  return outputs.length === names.length && outputs.every(({ name }, at) => name === names[at])
}

/** Undefined for another function: its text, or what it reaches or captured, differs from what was sent. */
function sameStep(
  kept: KeptFunction,
  outputs: readonly StepOutput[],
  { strategy, variant, place, proof }: SentStep,
  door: Door,
): FoundStep | undefined {
  if (digestOfText(textOf(kept.fn)) !== proof.text) return undefined
  const calls = callsOfKept(kept, strategy, variant, door)
  if (calls.place() !== place || proofOf(kept, strategy, calls, door).place !== proof.place) return undefined
  return { fn: kept.fn, calls, outputs }
}

function notFound(module: string, { functionName, name }: SentStep): EngramError {
  const what = functionName || name
  const fix = 'Export it from there by a name; what it captures has to be the same in each thread.'
  return unsendable(`'${module}' exports no '${what}' that is the same function as here. ${fix}`)
}
