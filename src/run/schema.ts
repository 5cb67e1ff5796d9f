import { propertySegment } from '../words/phrase.ts'

/**
 * What validation libraries (zod, valibot, arktype and others) have in common: https://standardschema.dev. Its authors ask to copy
 * the types, so that nobody has to install them.
 */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  /** What every library puts under this name. */
  readonly '~standard': {
    /** Of the standard. */
    readonly version: 1
    /** Name of the library. */
    readonly vendor: string
    /** Checks a value, and gives what it makes of it. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    /** For the compiler alone. */
    readonly types?:
      | {
          /** What it takes. */
          readonly input: Input
          /** What it makes of that. */
          readonly output: Output
        }
      | undefined
  }
}

/** What a schema says of a value: what it makes of it, or what is wrong. */
export type SchemaResult<Output> =
  | {
      /** What it makes of the value. */
      readonly value: Output
      /** Nothing is wrong. */
      readonly issues?: undefined
    }
  | {
      /** What is wrong, each with the way to it. */
      readonly issues: readonly {
        /** What is wrong. */
        readonly message: string
        /** The keys on the way to it. */
        readonly path?: readonly unknown[] | undefined
      }[]
    }

/** What a schema makes of what it accepts. */
export type OutputOf<S extends StandardSchemaV1> = NonNullable<S['~standard']['types']>['output']

/**
 * A schema that says a type and checks nothing.
 *
 * @example
 * ```ts
 * pipeline('report', { inputs: { day: type<string>() } }, (p, { day }) => ({ rows: p.step(load, day) }))
 * ```
 */
export function type<T>(): StandardSchemaV1<T, T> {
  return { '~standard': { version: 1, vendor: 'engram', validate: (value) => ({ value: value as T }) } }
}

export function isSchema(value: unknown): value is StandardSchemaV1 {
  const standard = (value as Partial<StandardSchemaV1> | null | undefined)?.['~standard']
  return typeof standard === 'object' && standard !== null && typeof standard.validate === 'function'
}

/** What the schema makes of a value. `refuse` makes the error of what it says against it; `path` leads to the culprit in the value. */
export async function validated(
  schema: StandardSchemaV1,
  value: unknown,
  refuse: (why: string, path: string) => Error,
): Promise<unknown> {
  const result = await schema['~standard'].validate(value)
  if (result.issues === undefined) return result.value
  throw refuse(result.issues.map(({ message }) => message).join('; '), segmentsOf(result.issues[0]?.path))
}

/** A segment is a key, or an object that has it. */
function segmentsOf(path: readonly unknown[] = []): string {
  const keys = path.map((one) => (typeof one === 'object' && one !== null ? (one as { key?: unknown }).key : one))
  return keys.map((key) => (typeof key === 'number' ? `[${key}]` : propertySegment(String(key)))).join('')
}
