import { Payload, type PayloadJson } from '../entry/payload.ts'
import type { Door } from '../memory/door.ts'
import type { Memory } from '../memory/memory.ts'
import { doorOf } from '../memory/memory.ts'
import { type Handed, type ItemList, itemsIn } from './handed.ts'

/** From what another thread makes a value: JSON. */
export type Source =
  /** It is stored, and mapped there. */
  | {
      /** A reference to it. */
      readonly stored: PayloadJson
    }
  /** It is small. */
  | {
      /** Its bytes, one to a character. */
      readonly packed: string
    }
  /** It is a part of another one. */
  | {
      /** What it is a part of. */
      readonly whole: Source
      /** The way to it. */
      readonly path: readonly (string | number)[]
    }
  /** It is made of others. */
  | {
      /** By name, or by place. */
      readonly parts: readonly (readonly [string, Source])[]
      /** Whether it is an array, and not an object. */
      readonly isArray: boolean
    }
  /** It is the list of a map. */
  | {
      /** References to the items. */
      readonly list: Source
    }

/** Those that have been stored for it: several calls may take them. */
const known = new WeakMap<Handed, { readonly door: Door; readonly source: Source }>()

/** Throws ERR_UNSERIALIZABLE, ERR_NOT_FOUND for what cannot be stored. */
export function sourceOf(handed: Handed, door: Door): Source {
  const kept = known.get(handed)
  if (kept?.door === door) return kept.source
  const source = sourceOfOrigin(handed, door) ?? sourceOfValue(handed.load(), door)
  known.set(handed, { door, source })
  return source
}

function sourceOfOrigin({ origin }: Handed, door: Door): Source | undefined {
  if (origin === undefined) return undefined
  if ('payload' in origin) return { stored: origin.payload.toJSON() }
  if ('same' in origin) return sourceOf(origin.same, door)
  if ('list' in origin) return { list: sourceOf(origin.list, door) }
  if ('whole' in origin) {
    const path = origin.path.filter((key) => typeof key !== 'symbol')
    return path.length === origin.path.length ? { whole: sourceOf(origin.whole, door), path } : undefined
  }
  const parts = Array.from(origin.parts, ([name, part]) => [name, sourceOf(part, door)] as const)
  return { parts, isArray: origin.isArray }
}

/** What is too large to travel is stored by itself. Throws ERR_UNSERIALIZABLE, ERR_NOT_FOUND where it cannot be. */
export function sourceOfValue(value: unknown, door: Door): Source {
  const text = door.pack(value)
  if (text !== undefined) return { packed: text }
  // Throws for a payload that holds its value itself.
  return { stored: door.payload(value).toJSON() }
}

/** A value of which nobody else has this copy. Throws ERR_NOT_FOUND, ERR_CORRUPT. */
export function loadSource(source: Source, memory: Memory): unknown {
  if ('stored' in source) return Payload.from(source.stored, memory).value
  if ('packed' in source) return doorOf(memory).unpack(source.packed)
  if ('list' in source) return itemsIn(loadSource(source.list, memory) as ItemList)
  if ('whole' in source) return source.path.reduce<any>((value, key) => value?.[key], loadSource(source.whole, memory))
  if (source.isArray) return source.parts.map(([, part]) => loadSource(part, memory))
  return Object.fromEntries(source.parts.map(([name, part]) => [name, loadSource(part, memory)]))
}
