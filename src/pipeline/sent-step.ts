import { closureVariables } from '../code/closure.ts'
import { factsOf, readingOf } from '../code/facts.ts'
import { nameOf, textOf } from '../function/text.ts'
import type { AnyFunction } from '../function/wrapped.ts'
import type { Door, FamilyCalls } from '../memory/door.ts'
import { digestOfText } from '../native/binding.ts'
import type { CacheOptions, Strategy } from '../option/cache-options.ts'
import { unsendable } from '../run/executor.ts'
import { type StepVariant, entryName } from './step-calls.ts'
import type { StepDefinition } from './step-definition.ts'
import type { StepKey } from './step-types.ts'

/** What finds the function of a step in another thread, and tells that it is the same: JSON. */
export interface SentStep {
  /** Of the step. */
  readonly name: string
  /** Of its function. */
  readonly functionName: string
  readonly file: string | undefined
  readonly variant: StepVariant
  /** A key function is asked here. */
  readonly strategy: 'codeHash' | 'syntaxHash' | 'inputHash' | 'custom'
  /** Where its entries lie: `FamilyCalls.place`. */
  readonly place: string
  readonly proof: CodeProof
  /** Base64: `FamilyCalls.identity`. */
  readonly identity: string
  /** What of its options counts for that; undefined where it does not travel: only the step itself will do. */
  readonly options: CacheOptions | undefined
  readonly outputs: readonly string[]
  /** Whether these are names alone. */
  readonly arePlain: boolean
}

/** Tells that a function is the same as another thread's: what it reaches and captured too, where that can be told. */
export interface CodeProof {
  /** Empty where it cannot be told. */
  readonly place: string
  /** Digest of its text. */
  readonly text: string
}

/** A function, and how its results are kept. */
export interface KeptFunction {
  readonly name: string
  readonly fn: AnyFunction
  readonly file: string | undefined
  readonly cacheOptions: CacheOptions
}

export type SentStrategy = SentStep['strategy']

/** What does not change from call to call. */
export type StepTarget = Omit<SentStep, 'identity'>

/** @throws EngramError ERR_UNSENDABLE */
export function targetOf(
  definition: StepDefinition,
  variant: StepVariant,
  strategy: Exclude<Strategy, false> | StepKey,
  calls: FamilyCalls,
  door: Door,
): StepTarget {
  const { name, fn, file, cacheOptions, outputs } = definition
  if (cacheOptions.storeIf !== undefined)
    throw unsendable(`'storeIf' may refuse its result, which then could not come back from another thread.`)
  const sent = typeof strategy === 'function' ? 'custom' : (strategy as SentStrategy)
  const kept = { name, fn, file, cacheOptions }
  const proof = proofOf(kept, sent, calls, door)
  if (proof.place === '' && isClosure(fn))
    throw unsendable(`What it captured cannot be told, so that it cannot be found again.`)
  return {
    name,
    functionName: nameOf(fn),
    file,
    variant,
    strategy: sent,
    place: calls.place(),
    proof,
    options: travelling(cacheOptions),
    outputs: outputs.map((output) => output.name),
    arePlain: outputs.every(({ hash, schema }) => hash === undefined && schema === undefined),
  }
}

/** Where the strategy leaves the code out, it is looked at for this alone: another closure of the same text is another function. */
export function proofOf(kept: KeptFunction, strategy: SentStrategy, calls: FamilyCalls, door: Door): CodeProof {
  const isCounted = strategy === 'codeHash' || strategy === 'syntaxHash'
  const place = isCounted ? calls.place() : callsOfKept(kept, 'codeHash', 'step', door).place()
  return { place, text: digestOfText(textOf(kept.fn)) }
}

/** Where the results of a function are kept. */
export function callsOfKept(
  { name, fn, file, cacheOptions }: KeptFunction,
  strategy: SentStrategy,
  variant: StepVariant,
  door: Door,
): FamilyCalls {
  const { storeIf: _, ...own } = cacheOptions
  const options = {
    ...own,
    name: entryName(name, variant),
    strategy: strategy === 'custom' ? () => undefined : strategy,
  } as CacheOptions
  return door.calls({ kind: 'step', fn, inputs: [], options, file })
}

/** Whether it sees more than its module: then others of the same text may see something else. */
function isClosure(fn: AnyFunction): boolean {
  try {
    const [facts] = factsOf([fn], true, undefined)
    const reading = readingOf(fn)
    return typeof reading === 'string' || closureVariables(facts!, reading).length > 0
  } catch {
    return true
  }
}

/** Dependencies may be anything. */
function travelling({ version, captures, deps }: CacheOptions): CacheOptions | undefined {
  if (deps !== undefined && deps.length > 0) return undefined
  return { ...(version !== undefined && { version }), ...(captures !== undefined && { captures }) }
}
