import { nameOf } from '../function/text.ts'
import type { AnyFunction } from '../function/wrapped.ts'
import type { Door, FamilyCalls } from '../memory/door.ts'
import type { CacheOptions, Strategy } from '../option/cache-options.ts'
import { type CodeProof, codeProof, isClosure } from '../run/code-proof.ts'
import { type SentTarget, unsendable } from '../run/executor.ts'
import type { CallToSend } from '../run/sending.ts'
import { type Source, sourceOf, sourceOfValue } from '../run/source.ts'
import type { Argument } from './arguments.ts'
import { type StepVariant, entryName } from './step-calls.ts'
import type { StepDefinition } from './step-definition.ts'
import type { StepKey } from './step-types.ts'

/** What finds the function of a step in another thread: JSON. */
export interface SentStep extends SentTarget {
  readonly file: string | undefined
  readonly variant: StepVariant
  /** A key function is asked here. */
  readonly strategy: 'codeHash' | 'syntaxHash' | 'inputHash' | 'custom'
  /** What of its options counts for its place; undefined where it does not travel. */
  readonly options: CacheOptions | undefined
  readonly outputs: readonly string[]
}

/** A function, and how its results are kept. */
export interface KeptFunction {
  readonly name: string
  readonly fn: AnyFunction
  readonly file: string | undefined
  readonly cacheOptions: CacheOptions
}

export type SentStrategy = SentStep['strategy']

/** A call of a step, with what stands for its arguments there where its result is kept. */
export interface StepCall {
  readonly definition: StepDefinition
  readonly variant: StepVariant
  readonly strategy: Strategy | StepKey
  readonly calls: FamilyCalls | undefined
  readonly keyInputs: readonly unknown[]
  readonly args: readonly Argument[]
}

/** The call as it is sent. */
export function stepToSend(
  { definition, variant, strategy, calls, keyInputs, args }: StepCall,
  door: Door,
): CallToSend {
  return {
    kind: 'step',
    definition,
    calls,
    keyInputs,
    target: (kept) => targetOf(definition, variant, strategy as Exclude<Strategy, false>, kept, door),
    inputs: args.map((argument) => ({
      name: argument.name,
      digest: argument.handed?.digest ?? '',
      source: (store) => sourceOfArgument(argument, store),
    })),
  }
}

function sourceOfArgument({ handed, members, load }: Argument, door: Door): Source {
  if (handed !== undefined) return sourceOf(handed, door)
  if (members === undefined) return sourceOfValue(load(), door)
  const parts = members.map((member) => [member.name, sourceOfArgument(member, door)] as const)
  return { parts, isArray: false }
}

/** @throws EngramError ERR_UNSENDABLE */
function targetOf(
  definition: StepDefinition,
  variant: StepVariant,
  strategy: Exclude<Strategy, false> | StepKey,
  calls: FamilyCalls,
  door: Door,
): SentStep {
  const { name, fn, file, cacheOptions, outputs } = definition
  if (cacheOptions.storeIf !== undefined)
    throw unsendable(`'storeIf' may refuse its result, which then could not come back from another thread.`)
  const sent = typeof strategy === 'function' ? 'custom' : (strategy as SentStrategy)
  const kept = { name, fn, file, cacheOptions }
  const proof = proofOf(kept, sent, calls, door)
  if (proof.place === '' && isClosure(fn))
    throw unsendable(`What it captured cannot be told, so that it cannot be found again.`)
  const options = travelling(cacheOptions)
  return {
    name,
    functionName: nameOf(fn),
    file,
    variant,
    strategy: sent,
    place: calls.place(),
    proof,
    options,
    outputs: outputs.map((output) => output.name),
    isOnlyItself:
      options === undefined || !outputs.every(({ hash, schema }) => hash === undefined && schema === undefined),
  }
}

/** Where the strategy leaves the code out, it is looked at for this alone: another closure of the same text is another function. */
export function proofOf(kept: KeptFunction, strategy: SentStrategy, calls: FamilyCalls, door: Door): CodeProof {
  const isCounted = strategy === 'codeHash' || strategy === 'syntaxHash'
  const place = isCounted ? calls.place() : callsOfKept(kept, 'codeHash', 'step', door).place()
  return codeProof(kept.fn, place)
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

/** Dependencies may be anything. */
function travelling({ version, captures, deps }: CacheOptions): CacheOptions | undefined {
  if (deps !== undefined && deps.length > 0) return undefined
  return { ...(version !== undefined && { version }), ...(captures !== undefined && { captures }) }
}
