import { nameOf } from '../function/text.ts'
import type { AnyFunction } from '../function/wrapped.ts'
import type { Door, FamilyCalls } from '../memory/door.ts'
import type { CacheOptions } from '../option/cache-options.ts'
import { type CodeProof, codeProof, isClosure } from '../run/code-proof.ts'
import { type SentTarget, unsendable } from '../run/executor.ts'
import type { CallToSend } from '../run/sending.ts'
import type { NodeDefinition } from './definition.ts'
import type { Input } from './inputs.ts'
import { type CallPlace, type Keeping, cacheOptionsOf, familyCalls } from './place.ts'
import type { RunWords } from './scope.ts'

/** What finds the function of a task in another thread: JSON. */
export interface SentTask extends SentTarget {
  readonly file: string | undefined
  /** Of its entries. */
  readonly options: CacheOptions
  readonly signature: string | undefined
}

/** The call as it is sent. */
export function taskToSend(
  definition: NodeDefinition,
  inputs: readonly Input[],
  place: CallPlace | undefined,
  { keeping, words }: { readonly keeping: Keeping; readonly words: RunWords },
): CallToSend {
  return {
    kind: 'task',
    definition,
    calls: place?.calls,
    keyInputs: place?.keyInputs ?? [],
    target: (calls) => targetOf(definition, calls, keeping),
    // For the calls that it makes there.
    run: words,
    inputs: inputs.map((input) => ({
      name: input.name,
      digest: input.told.length === 1 ? input.told[0]!.digest : '',
      source: (door) => input.source(door),
    })),
  }
}

/** @throws EngramError ERR_UNSENDABLE */
function targetOf(definition: NodeDefinition, calls: FamilyCalls, keeping: Keeping): SentTask {
  const { name, fn, file, inputs, outputs, signature } = definition
  const options = cacheOptionsOf(definition, keeping)
  const proof = proofOf(fn, file, { options, calls, door: keeping.door })
  if (proof.place === '' && isClosure(fn))
    throw unsendable(`What it captured cannot be told, so that it cannot be found again.`)
  return {
    name,
    functionName: nameOf(fn),
    file,
    place: calls.place(),
    proof,
    options,
    signature,
    // What checks and converts values does not travel.
    isOnlyItself: inputs.types.size > 0 || outputs.size > 0,
  }
}

/** Where a version stands for the code, it is looked at for this alone: another closure of the same text is another function. */
export function proofOf(
  fn: AnyFunction,
  file: string | undefined,
  { options, calls, door }: { readonly options: CacheOptions; readonly calls: FamilyCalls; readonly door: Door },
): CodeProof {
  if (options.strategy === 'syntaxHash') return codeProof(fn, calls.place())
  const { name } = options
  const byCode: CacheOptions = { ...(name !== undefined && { name }), strategy: 'codeHash' }
  return codeProof(fn, familyCalls({ kind: 'task', fn, file }, byCode, door).place())
}
