import { madeWith, standIn } from '../code/captured-value.ts'
import { hiddenStateOf, namedBySymbols } from '../code/hidden-state.ts'
import { type KnownKind, instanceKindOf } from '../code/instance-kind.ts'
import { proxiedBy } from '../code/reflection.ts'
import type { InstanceKind, InstanceReader } from '../key/encoder.ts'
import { KeyFailure } from '../key/failure.ts'
import { familiarPrototype } from '../key/realm.ts'
import { refusal, unseen } from '../key/refusal.ts'
import { hasContent } from '../key/unregistered.ts'
import { wordsOf } from '../words/phrase.ts'

/** What keys know of instances of classes that are not registered. `formOf` tells those that hold functions. */
export function instanceReader(formOf: (value: object) => string): InstanceReader {
  return {
    kindOf,
    partsOf: standIn,
    madeWith,
    hiddenOf: (value, kind) => seen(() => hiddenStateOf(value, kind as KnownKind)),
    symbolsOf: namedBySymbols,
    proxyOf: (value) => seen(() => ({ ...proxiedBy(value) })),
    formOf,
  }
}

function kindOf(value: object, prototype: object): InstanceKind {
  const kind = instanceKindOf(value, prototype)
  if (kind.host !== undefined) throw unseen(kind.host)
  if (kind.builtin === undefined) return kind
  const isMade = madeWith(value) !== undefined
  const builtin = familiarPrototype(kind.builtin) ?? (isMade ? kind.builtin : undefined)
  if (builtin === undefined) throw unseen('a native object')
  if (!hasContent(builtin) && !isMade) throw refusal(value)
  return builtin === kind.builtin ? kind : { ...kind, builtin }
}

function seen<T>(look: () => T): T {
  try {
    return look()
  } catch (error) {
    throw new KeyFailure(`its private state cannot be read: ${wordsOf(error)}`, { cause: error })
  }
}
