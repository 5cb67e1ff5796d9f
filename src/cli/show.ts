import type { Command } from 'commander'
import type { EntryDetails, KeyPart, Printed } from '../memory/inspection.ts'
import { parseByteSize } from '../option/byte-size.ts'
import { sizeText, timeText } from '../words/quantity.ts'
import { type Call, acting, commandOf } from './command.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { entryOf } from './key.ts'
import type { Output } from './output.ts'
import { momentText } from './quantity.ts'
import { withStore } from './store.ts'

/** A larger value is not read for its first characters: to print one takes many times its size. */
const MOST_READ = 64 << 20
const DEFAULT_BYTES = '2kB'

interface Options {
  readonly bytes: string
}

/** What there is to say of a value. */
type Value = Printed | { readonly isLarge: true }

export function showCommand(): Command {
  const command = commandOf('show', 'Show an entry: its facts, its arguments, the beginning of its value')
    .argument('<key>', 'the key, or the beginning of it')
    .option('--bytes <size>', "how much of the value: '200', '1MB'; 0 for none of it", DEFAULT_BYTES)
  return acting(command, show, ['show 3f9a', 'show 3f9a --bytes 1MB', 'show 3f9a --json'])
}

async function show({ args, options, location, output }: Call<Options>): Promise<ExitCode> {
  const most = Math.min(parseByteSize(options.bytes, '--bytes'), MOST_READ)
  return withStore(location, ({ inspection }) => {
    const entry = entryOf(inspection, args[0]!)
    const details = entry.details()
    const value = valueOf(details, most, () => entry.printed(most))
    if (output.isJson) output.json(jsonOf(entry.key, details, value))
    else tell(output, entry.key, details, value)
    return details === undefined || (value !== undefined && 'reason' in value) ? EXIT.failed : EXIT.done
  })
}

/** Undefined where none of it is asked for. */
function valueOf(details: EntryDetails | undefined, most: number, print: () => Printed): Value | undefined {
  if (details === undefined) return { reason: 'corrupt' }
  if (most === 0) return undefined
  return details.structureLength > MOST_READ ? { isLarge: true } : print()
}

function jsonOf(key: string, details: EntryDetails | undefined, value: Value | undefined): object {
  return { key, ...details?.info, arguments: details?.arguments, code: details?.code, value }
}

function tell(output: Output, key: string, details: EntryDetails | undefined, value: Value | undefined): void {
  if (details !== undefined) {
    output.facts(factsOf(details))
    tellParts(output, 'Arguments', details.arguments)
    tellParts(output, 'Code', details.code)
  } else
    output.line(`The entry ${key} is damaged; its next call runs again. \`engram verify --repair\` drops it.`, 'red')
  if (value === undefined || details === undefined) return
  output.line()
  output.line('Value', 'bold')
  output.whole(textOf(value))
}

function factsOf({ info }: EntryDetails): [string, string | undefined][] {
  const { inline, blobs } = info.compression
  const isCompressed = inline !== 'none' || blobs !== 'none'
  const stored = isCompressed ? ` (${sizeText(info.storedLength)} stored)` : ''
  return [
    ['key', info.key],
    ['function', info.name],
    ['kind', info.kind],
    ['version', info.version],
    ['project', info.project],
    ['domain', info.domain],
    ['strategy', info.strategy],
    ['made', momentText(info.createdAt)],
    ['used', `${momentText(info.accessedAt)}, ${info.hits} ${info.hits === 1 ? 'hit' : 'hits'}`],
    ['took', timeText(info.durationMs)],
    ['size', sizeText(info.byteLength) + stored],
    ['digest', info.outputDigest],
  ]
}

function tellParts(output: Output, head: string, parts: readonly KeyPart[]): void {
  if (parts.length === 0) return
  output.line()
  output.line(head, 'bold')
  // Of code there is a digest alone.
  output.facts(
    parts.map(({ kind, name, text }) => [kind === 'argument' ? name : `${kind} ${name}`, text || 'in the key']),
  )
}

function textOf(value: Value): string {
  if ('isLarge' in value) return `(larger than ${sizeText(MOST_READ)}, and not read)`
  if ('reason' in value) return `(cannot be read: ${value.reason})`
  return value.isCut ? `${value.text}…` : value.text
}
