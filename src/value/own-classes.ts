import { type WebKind, isWebClass } from './web-kind.ts'
import { ERROR_KINDS, type TemporalKind, VIEW_KINDS, type ViewKind } from './wire.ts'

/** The kinds of object that have a form of their own; undefined: an instance of some class. */
export type ObjectKind =
  | 'Plain'
  | 'NullPrototype'
  | 'Array'
  | 'Map'
  | 'Set'
  | 'Date'
  | 'RegExp'
  | 'Boxed'
  | 'Error'
  | 'URL'
  | 'URLSearchParams'
  | 'ArrayBuffer'
  | 'SharedArrayBuffer'
  | ViewKind
  | WebKind
  | TemporalKind

/**
 * By prototype, for objects of this realm: as the globals are when a program loads engram. It may replace them later, as tests
 * do, and still have objects of before. So this is no module that is loaded when it is needed.
 */
export const ownKinds: ReadonlyMap<unknown, ObjectKind> = new Map<unknown, ObjectKind>([
  [null, 'NullPrototype'],
  [Array.prototype, 'Array'],
  [Map.prototype, 'Map'],
  [Set.prototype, 'Set'],
  [Date.prototype, 'Date'],
  [RegExp.prototype, 'RegExp'],
  [Number.prototype, 'Boxed'],
  [String.prototype, 'Boxed'],
  [Boolean.prototype, 'Boxed'],
  [BigInt.prototype, 'Boxed'],
  [URL.prototype, 'URL'],
  [URLSearchParams.prototype, 'URLSearchParams'],
  [ArrayBuffer.prototype, 'ArrayBuffer'],
  [SharedArrayBuffer.prototype, 'SharedArrayBuffer'],
  ...prototypesOf(ERROR_KINDS).map((one) => [one, 'Error'] as const),
  ...VIEW_KINDS.flatMap((name) => prototypesOf([name]).map((one) => [one, name] as const)),
])

/** The same of those whose instances hold others. */
export const containers: ReadonlySet<unknown> = new Set([Array.prototype, Map.prototype, Set.prototype])

/** Of those of these classes that are there. */
function prototypesOf(names: readonly string[]): object[] {
  const scope = globalThis as unknown as Record<string, { prototype: object } | undefined>
  return names.flatMap((name) => scope[name]?.prototype ?? [])
}

/** Whether instances of a class are stored without a codec. */
export function isStoredClass(type: Function & { prototype: object }): boolean {
  return ownKinds.has(type.prototype) || isWebClass(type)
}
