import { cutTo, widthOf } from './text.ts'

const GAP = 2
/** Columns of a terminal below which a text says nothing. */
const LEAST = 8

/** A column of a table. */
export interface Column<T> {
  readonly head: string
  readonly text: (row: T) => string
  /** Numbers stand below each other by their ends. */
  readonly isNumber?: boolean
  /** May be cut, where a terminal is narrow; without it, the column goes. */
  readonly isFlexible?: boolean
}

/**
 * Rows with columns below each other. On a terminal no line is longer than it is wide: long texts are cut first, then columns
 * leave, the last one first. The widths are those of the first rows that are shown; of later ones, texts may be cut.
 */
export class Table<T> {
  #columns: readonly Column<T>[]
  #widths: number[] | undefined
  /** Undefined where lines may have any length. */
  readonly #limit: number | undefined

  constructor(columns: readonly Column<T>[], limit: number | undefined) {
    this.#columns = columns
    this.#limit = limit
  }

  /** The lines of these rows; before the first ones, that of the heads. */
  lines(rows: readonly T[]): string[] {
    const isFirst = this.#widths === undefined
    this.#widths ??= this.#fit(rows)
    const lines = rows.map((row) => this.#line(({ text }) => text(row)))
    return isFirst ? [this.#line(({ head }) => head), ...lines] : lines
  }

  #fit(rows: readonly T[]): number[] {
    const widths = this.#columns.map(({ head, text }) =>
      rows.reduce((widest, row) => Math.max(widest, widthOf(text(row))), widthOf(head)),
    )
    if (this.#limit === undefined) return widths
    for (;;) {
      const over = widths.reduce((sum, width) => sum + width + GAP, -GAP) - this.#limit
      if (over <= 0) return widths
      if (shrink(widths, this.#columns, over)) continue
      if (widths.length === 1) return [this.#limit]
      widths.pop()
      this.#columns = this.#columns.slice(0, -1)
    }
  }

  #line(textOf: (column: Column<T>) => string): string {
    const cells = this.#columns.map((column, index) => {
      const [text, width] = [textOf(column), this.#widths![index]!]
      // Without a terminal nothing is lost, and what reads it may cut at spaces.
      const cell = this.#limit === undefined ? text : cutTo(text, width)
      const space = ' '.repeat(Math.max(0, width - widthOf(cell)))
      return column.isNumber === true ? space + cell : cell + space
    })
    return cells.join(' '.repeat(GAP)).trimEnd()
  }
}

/** Takes what is too much from the widest flexible column, as far as it has that to give. */
function shrink(widths: number[], columns: readonly Column<never>[], over: number): boolean {
  let widest: number | undefined
  for (const [index, { isFlexible }] of columns.entries())
    if (isFlexible === true && widths[index]! > LEAST && (widest === undefined || widths[index]! > widths[widest]!))
      widest = index
  if (widest === undefined) return false
  widths[widest] = Math.max(LEAST, widths[widest]! - over)
  return true
}
