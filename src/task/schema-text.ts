import { digestOfText } from '../native/binding.ts'
import type { StandardSchemaV1 } from '../run/schema.ts'

/** Levels of a schema that are looked at. */
const DEEPEST = 32

/** A text that is another one where a schema is: the same in every process. */
export function schemaText(schema: StandardSchemaV1): string {
  const { vendor } = schema['~standard']
  if (vendor === 'engram') return 'any'
  return `${vendor} ${digestOfText(JSON.stringify(formOf(definitionOf(schema), DEEPEST, new Map())))}`
}

/** What a validation library says of a schema: as JSON Schema, or what it is made of. */
function definitionOf(schema: StandardSchemaV1): unknown {
  const standard = schema['~standard'] as StandardSchemaV1['~standard'] & {
    readonly jsonSchema?: { input?: (options: { target: string }) => unknown }
  }
  const json = attempt(() => standard.jsonSchema?.input?.({ target: 'draft-2020-12' }))
  // JSON Schema leaves out what checks by a function: both count.
  return [json, ownDefinition(schema) ?? attempt(() => (schema as { json?: unknown }).json) ?? schema]
}

/** Of a schema of zod 4, or of zod 3 and its like. */
function ownDefinition(schema: object): unknown {
  const { _zod: zod, _def: def } = schema as { _zod?: { def?: unknown }; _def?: unknown }
  return zod?.def ?? def
}

/** What of it can be told apart, in the order in which it was given, as its fields may be checked in that order. */
function formOf(value: unknown, depth: number, seen: Map<object, number>): unknown {
  if (typeof value === 'function') return ['function', Function.prototype.toString.call(value)]
  if (typeof value === 'bigint' || typeof value === 'symbol') return [typeof value, String(value)]
  if (value instanceof RegExp || value instanceof Date) return [value.constructor.name, String(value)]
  if (typeof value !== 'object' || value === null) return value ?? String(value)
  const before = seen.get(value)
  if (before !== undefined) return ['again', before]
  seen.set(value, seen.size)
  if (depth === 0) return 'deeper'
  const inner = (one: unknown): unknown => formOf(one, depth - 1, seen)
  if (Array.isArray(value)) return value.map(inner)
  if (value instanceof Map) return ['map', Array.from(value, ([key, one]) => [inner(key), inner(one)])]
  if (value instanceof Set) return ['set', Array.from(value, inner)]
  const nested = ownDefinition(value)
  if (nested !== undefined) return inner(nested)
  return Object.entries(Object.getOwnPropertyDescriptors(value))
    .filter(([name, { enumerable }]) => enumerable === true && !name.startsWith('~'))
    .map(([name]) => [name, inner(attempt(() => (value as Record<string, unknown>)[name]))])
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
