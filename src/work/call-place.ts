import { Fingerprints } from '../fingerprint/fingerprint.ts'
import { digestOf } from '../fingerprint/measure.ts'
import type { Door, FamilyCalls } from '../memory/door.ts'
import { invalid } from '../option/check.ts'
import { HeapSink } from '../platform/byte-sink.ts'
import { TypeRegistry } from '../value/type-registry.ts'
import { wordsOf } from '../words/phrase.ts'
import { raw } from './tracked.ts'
import type { WorkCore } from './work-core.ts'

/** As a call gets them: what the program gave as a view of its state is that state. What is undefined at the end is as if absent. */
export function argumentsOf(args: readonly unknown[]): unknown[] {
  const given = args.map(raw)
  while (given.length > 0 && given.at(-1) === undefined) given.pop()
  return given
}

/** @param name - Tells the work's entries from those of others. */
export function callsOfWork({ options, component }: WorkCore, name: string, door: Door): FamilyCalls {
  const { strategy, version } = options
  const fn = component.ownRun()
  const kept = {
    name,
    strategy: typeof strategy === 'function' ? () => undefined : strategy === false ? 'inputHash' : strategy,
    ...(version !== undefined && { version, captures: 'none' as const }),
  } as const
  return door.calls({ kind: 'work', fn, inputs: ['life', 'arguments'], options: kept, file: undefined })
}

/** What stands for the arguments of a call in its key; undefined where the call is not to be remembered. */
export function standInOf({ options, component }: WorkCore, args: readonly unknown[]): unknown {
  const { strategy } = options
  if (typeof strategy !== 'function') return args
  let text: unknown
  try {
    text = strategy({ name: component.shownName, args, context: {} })
  } catch (cause) {
    throw invalid(`The strategy function of ${component.shownName} threw: ${wordsOf(cause)}`)
  }
  if (text === null || text === undefined) return undefined
  if (typeof text === 'string') return text
  throw invalid(`The strategy function of ${component.shownName} must return a string, null or undefined.`)
}

let keys: Fingerprints['keys'] | undefined
const sink = new HeapSink(1024)

/** Tells calls of one work apart, in little room: half of a BLAKE3 digest. Throws ERR_UNHASHABLE. */
export function shortKey(standIn: unknown): string {
  keys ??= new Fingerprints(new TypeRegistry()).keys
  return Buffer.from(digestOf(sink, standIn, keys).slice(0, 32), 'hex').toString('latin1')
}
