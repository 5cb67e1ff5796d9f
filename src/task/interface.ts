import { isPromise } from '../call/promise.ts'
import { GivenHash, givenHashes, hashes as hashing } from '../key/stand-in.ts'
import { invalid } from '../option/check.ts'
import { isSchema, validated } from '../run/schema.ts'
import { propertySegment, wordsOf } from '../words/phrase.ts'
import { taskError } from './error.ts'
import { schemaText } from './schema-text.ts'
import type { InterfaceType } from './task-types.ts'

/** The type of an input or output. */
export interface ValueType {
  /** In the signature. */
  readonly text: string
  /** Whether a schema may give another value than it got, or a text stands for the value: then it is needed for the key. */
  readonly needsValue: boolean
  /** Whether it is asked what stands for an input that is not given. */
  readonly mayBeMissing: boolean
  /** Checks a value, and gives what is to be used in its place. Throws, or rejects with, ERR_TASK. */
  readonly checked: (value: unknown, path: string) => unknown
  /** The texts that stand for a value in keys, or for its members; undefined where that is the value itself. */
  readonly hashes: ((value: any, path: string) => Hashes) | undefined
}

/** A text that stands for a value, or those for the members of a list or record. What has none counts itself. */
export type Hashes = string | readonly Hashes[] | { readonly [name: string]: Hashes } | undefined

/** By name. */
export type Types = ReadonlyMap<string, ValueType>

const same = (value: unknown): unknown => value
const ANY: ValueType = { text: 'any', needsValue: false, mayBeMissing: false, checked: same, hashes: undefined }

/** What each word takes. Another word takes anything. */
const WORDS: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['int', Number.isInteger],
  ['float', (value) => typeof value === 'number'],
  ['str', (value) => typeof value === 'string'],
  ['bool', (value) => typeof value === 'boolean'],
  ['date', (value) => value instanceof Date],
  ['bytes', (value) => value instanceof Uint8Array],
])

/** Two words for one type give one key. */
const SAME: ReadonlyMap<string, string> = new Map([
  ['number', 'float'],
  ['string', 'str'],
  ['boolean', 'bool'],
])

/** @throws EngramError ERR_INVALID_OPTION */
export function typesIn(given: unknown, option: string): Types {
  if (given === undefined) return new Map()
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalid(`The option '${option}' must be an object of types by name.`)
  const entries = Object.entries(given as Record<string, InterfaceType>)
  return new Map(entries.map(([name, type]) => [name, typeOf(type, `${option}${propertySegment(name)}`)]))
}

function typeOf(given: InterfaceType, path: string): ValueType {
  if (typeof given === 'string') return wordType(given)
  if (isSchema(given)) return { ...ANY, text: schemaText(given), ...schemaChecks(given) }
  if (isHashMethod(given)) return { ...ANY, text: 'hashed any', needsValue: true, hashes: textBy(given.hash) }
  if (Array.isArray(given) && given.length === 1)
    return listType(typeOf((given as readonly [InterfaceType])[0], `${path}[0]`))
  const items = (given as Partial<{ '*': InterfaceType }> | null)?.['*']
  if (items !== undefined) return recordType(typeOf(items, `${path}['*']`))
  throw invalid(`${path} must be a word ('int'), a schema, hashMethod(fn), [type] or { '*': type }.`)
}

function wordType(word: string): ValueType {
  if (word === '') throw invalid('A type cannot be an empty string.')
  const text = SAME.get(word) ?? word
  const takes = WORDS.get(text)
  if (takes === undefined) return { ...ANY, text }
  const checked = (value: unknown, path: string): unknown => {
    if (takes(value)) return value
    throw refused(path, `it must be of type ${text}, and is ${shown(value)}`)
  }
  return { ...ANY, text, checked }
}

function schemaChecks(schema: Parameters<typeof validated>[0]): Partial<ValueType> {
  if (schema['~standard'].vendor === 'engram') return {}
  const checked = (value: unknown, path: string): Promise<unknown> =>
    validated(schema, value, (why, within) => refused(path + within, why))
  return { needsValue: true, mayBeMissing: true, checked }
}

function listType(item: ValueType): ValueType {
  const { hashes } = item
  return {
    text: `list of ${item.text}`,
    needsValue: item.needsValue,
    mayBeMissing: false,
    checked: (value, path) => {
      if (!Array.isArray(value)) throw refused(path, `it must be a list, and is ${shown(value)}`)
      return all(
        value,
        value.map((one, at) => item.checked(one, `${path}[${at}]`)),
        same,
      )
    },
    hashes: hashes && ((value: unknown[], path) => value.map((one, at) => hashes(one, `${path}[${at}]`))),
  }
}

function recordType(item: ValueType): ValueType {
  const { hashes } = item
  const each = <T>(value: object, of: (one: unknown, path: string) => T, path: string): T[] =>
    Object.entries(value).map(([name, one]) => of(one, `${path}${propertySegment(name)}`))
  const record = <T>(value: object, members: readonly T[]): Record<string, T> =>
    Object.fromEntries(Object.keys(value).map((name, at) => [name, members[at]!]))
  return {
    text: `record of ${item.text}`,
    needsValue: item.needsValue,
    mayBeMissing: false,
    checked: (value, path) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw refused(path, `it must be an object, and is ${shown(value)}`)
      return all(value, each(value, item.checked, path), (members) => record(value, members as unknown[]))
    },
    hashes: hashes && ((value: object, path) => record(value, each(value, hashes, path))),
  }
}

/** The value itself where no member became another one; later, where one comes later. */
function all(value: object, members: readonly unknown[], make: (members: unknown) => unknown): unknown {
  if (members.some(isPromise)) return Promise.all(members).then((settled) => all(value, settled, make))
  const own = Object.values(value)
  return members.every((member, at) => Object.is(member, own[at])) ? value : make(members)
}

function textBy(hash: (value: any) => unknown): (value: unknown, path: string) => string {
  return (value, path) => {
    const given = typeof value === 'object' && value !== null ? givenHashes.get(value) : undefined
    if (given !== undefined) return given.text
    let text: unknown
    try {
      text = hash(value)
    } catch (cause) {
      throw taskError(`The hash function of ${path} threw: ${wordsOf(cause)}`, { path, cause })
    }
    if (typeof text === 'string') return text
    throw taskError(`The hash function of ${path} must return a string.`, { path })
  }
}

function isHashMethod(given: unknown): given is { hash: (value: any) => unknown } {
  return typeof (given as Partial<{ hash: unknown }> | null | undefined)?.hash === 'function'
}

function refused(path: string, why: string): Error {
  return taskError(`${path} is refused: ${why}.`, { path })
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'string') return `the string ${JSON.stringify(value.slice(0, 40))}`
  return value === null || typeof value !== 'object' ? `${typeof value} ${String(value)}` : `an object`
}

/** What stands for a value in keys, by the texts of its members; `value` gives it where a member counts itself. */
export function standInOf(hashes: Hashes, value: () => unknown): unknown {
  if (typeof hashes === 'string') return new GivenHash(hashes)
  if (hashes === undefined) return value()
  const member = (one: Hashes, name: string | number): unknown =>
    standInOf(one, () => (value() as Record<string | number, unknown>)[name])
  if (Array.isArray(hashes)) return (hashes as readonly Hashes[]).map(member)
  return Object.fromEntries(Object.entries(hashes).map(([name, one]) => [name, member(one, name)]))
}

/** Has the texts stand for a value and its members wherever they are passed on. Texts, numbers and the like take none. */
export function attachHashes(value: unknown, hashes: Hashes): unknown {
  if (hashes === undefined || typeof value !== 'object' || value === null) return value
  if (typeof hashes === 'string') {
    hashing.areGiven = true
    givenHashes.set(value, new GivenHash(hashes))
    return value
  }
  for (const [name, one] of Object.entries(hashes))
    attachHashes((value as Record<string, unknown>)[name], one as Hashes)
  return value
}

/** Names and types, in one text of which each part can be told. Their order does not count. */
export function signatureText(inputs: readonly (readonly [string, string])[], outputs: Types): string | undefined {
  if (inputs.length === 0 && outputs.size === 0) return undefined
  const typesOf = Array.from(outputs, ([name, { text }]) => [name, text] as const)
  return `(${partsText(inputs)}) => (${partsText(typesOf)})`
}

function partsText(parts: readonly (readonly [string, string])[]): string {
  return parts
    .map(([name, type]) => `${wordText(name)}: ${wordText(type)}`)
    .toSorted()
    .join(', ')
}

/** In quotes where it has something else in it than words. */
function wordText(text: string): string {
  return /^[\w$]+$/.test(text) ? text : JSON.stringify(text)
}
