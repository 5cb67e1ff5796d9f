import { shown } from '../words/shown.ts'
import { type Column, Table } from './table.ts'
import { cutTo, jsonText } from './text.ts'

const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
} as const

export type Style = keyof typeof STYLES

/** The one place that writes: what it is given is shown with no control character in it. */
export class Output {
  readonly isJson: boolean
  /** Columns of the terminal; undefined where there is none. */
  readonly width: number | undefined
  readonly #hasColours: boolean

  constructor(isJson: boolean) {
    this.isJson = isJson
    const { isTTY, columns } = process.stdout
    // A terminal that does not say how wide it is says 0.
    this.width = isTTY ? columns || 80 : undefined
    this.#hasColours = isTTY && !isJson && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
  }

  /** A line, cut where it is longer than the terminal. */
  line(text = '', style?: Style): void {
    const safe = shown(text)
    this.#write(this.#styled(this.width === undefined ? safe : cutTo(safe, this.width), style))
  }

  /** A text that must not be cut, as what another program reads: its lines stay lines. */
  text(text: string): void {
    for (const line of text.split('\n')) this.#write(shown(line))
  }

  /** A text of a program's own: one line, of which nothing is cut. */
  whole(text: string): void {
    this.#write(shown(text))
  }

  /** One value as JSON, on one line. */
  json(value: unknown): void {
    this.#write(jsonText(value))
  }

  /** A table, whose rows may come some at a time. */
  table<T>(columns: readonly Column<T>[], styleOf?: (row: T) => Style | undefined): (rows: readonly T[]) => void {
    const safe = columns.map((column) => ({ ...column, text: (row: T) => shown(column.text(row)) }))
    const table = new Table(safe, this.width)
    let isBegun = false
    return (rows) => {
      const lines = table.lines(rows)
      if (!isBegun) this.#write(this.#styled(lines.shift()!, 'bold'))
      isBegun = true
      if (lines.length === 0) return
      this.#write(lines.map((line, index) => this.#styled(line, styleOf?.(rows[index]!))).join('\n'))
    }
  }

  /** Facts below each other: their names, then what they are. */
  facts(facts: readonly (readonly [name: string, text: string | undefined])[]): void {
    const told = facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined)
    const widest = Math.max(...told.map(([name]) => name.length))
    for (const [name, text] of told) this.line(`${name.padEnd(widest)}  ${text}`)
  }

  /** What is no result: on stderr, so that who reads results does not get it. */
  note(text: string): void {
    process.stderr.write(`${shown(text)}\n`)
  }

  /** Resolves when more may be written: a reader that is slow, or gone, is heard of between. */
  async pause(): Promise<void> {
    if (process.stdout.writableNeedDrain) await new Promise((resolve) => process.stdout.once('drain', resolve))
    await new Promise((resolve) => setImmediate(resolve))
  }

  #styled(text: string, style: Style | undefined): string {
    if (style === undefined || !this.#hasColours || text === '') return text
    const [on, off] = STYLES[style]
    return `\u001B[${on}m${text}\u001B[${off}m`
  }

  #write(text: string): void {
    process.stdout.write(`${text}\n`)
  }
}

/** A pager that is closed early has what it wanted: the command ends without a word. */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit()
    throw error
  })
  // What is said there is no result: it is not worth an end of its own.
  process.stderr.on('error', () => {})
}

/** Warnings are notes: Node would show what is in them as it is. */
export function tellWarnings(): void {
  process.removeAllListeners('warning')
  process.on('warning', ({ name, message }) => process.stderr.write(`${shown(`engram: ${name}: ${message}`)}\n`))
}
