import { builtinName } from './builtin-class.ts'
import { TEMPORAL_KINDS, type TemporalKind } from './wire.ts'

interface TemporalClass {
  readonly prototype: { toString(): string }
  from(item: unknown, options?: object): object
}

/** In the order in which the text of a duration has them. */
const DURATION_FIELDS = [
  'years',
  'months',
  'weeks',
  'days',
  'hours',
  'minutes',
  'seconds',
  'milliseconds',
  'microseconds',
  'nanoseconds',
] as const

/** The kind of a value of `Temporal`, of any realm, where the runtime has it. A polyfill's is not of the language. */
export function temporalKindOf(value: object, prototype: object): TemporalKind | undefined {
  const name = builtinName(prototype)
  const kind = TEMPORAL_KINDS.find((one) => one === name)
  if (
    kind === undefined ||
    Object.getOwnPropertyDescriptor(prototype, Symbol.toStringTag)?.value !== `Temporal.${kind}`
  ) {
    return undefined
  }
  try {
    temporalText(value, kind)
    return kind
  } catch {
    return undefined
  }
}

/** All of a value of `Temporal`. */
export function temporalText(value: object, kind: TemporalKind): string {
  const { prototype } = classOf(kind)
  // Its own text says 1,500 milliseconds as 1.5 seconds, which is another duration.
  if (kind === 'Duration') return DURATION_FIELDS.map((field) => String(Reflect.get(prototype, field, value))).join(' ')
  return prototype.toString.call(value)
}

/** The value that `temporalText` made a text of; throws for a text that says none. */
export function temporalOf(kind: TemporalKind, text: string): object {
  if (kind !== 'Duration') {
    // That instant, also where the rules of a time zone have changed since.
    return classOf(kind).from(text, kind === 'ZonedDateTime' ? { offset: 'use' } : undefined)
  }
  const amounts = text.split(' ').map(Number)
  return classOf(kind).from(Object.fromEntries(DURATION_FIELDS.map((field, index) => [field, amounts[index]])))
}

function classOf(kind: TemporalKind): TemporalClass {
  const temporal = (globalThis as { Temporal?: Record<TemporalKind, TemporalClass> }).Temporal
  if (temporal === undefined) throw new TypeError('this version of Node has no Temporal')
  return temporal[kind]
}
