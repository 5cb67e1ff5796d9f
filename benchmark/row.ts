import { median, type Bench, type Outcomes } from './contest.ts'

/** How figures of a row are written. */
export type Unit = 'k/s' | 'GB/s' | 'ms' | 'µs' | 'MB' | 'bytes' | 'mappings' | 'passes' | 'runs'

export interface Line {
  name: string
  /** Median over the rounds. */
  value?: number | undefined
  rounds: number[]
  /** Why there is no figure. */
  failure?: string | undefined
}

/** One line of the table: what engram has to reach, as a ratio or a difference. */
export interface Target {
  /** '× lmdb', 'ms over raw mmap'. */
  label: string
  /** What was reached; undefined where a figure is missing. */
  reached: number | undefined
  atLeast: number
  hope?: number
  /** 'above': as much as this or more. 'below': as much or less. */
  sense: 'above' | 'below'
}

/** One measured kind of work. */
export interface Row {
  title: string
  unit: Unit
  /** Whether more is better. */
  rises: boolean
  lines: Line[]
  targets: Target[]
  /** What must be known to read the figures. */
  note?: string
}

/** Several rows from one kind of work, so that what they share is measured once. */
export interface Work {
  /** For `--only`. */
  id: string
  measure: (bench: Bench) => Promise<Row[]>
}

/** One figure of all entrants as lines; `scale` turns it into the row's unit. */
export function lines(outcomes: Outcomes, figure: string, scale = 1): Line[] {
  return [...outcomes].map(([name, { rounds, failure }]) => {
    const values = rounds.map((round) => round[figure]).filter((value) => value !== undefined)
    const scaled = values.map((value) => value * scale)
    return { name, value: median(scaled), rounds: scaled, failure }
  })
}

/** The figures of a row by name. */
export class Standing {
  readonly #values: Map<string, number>

  constructor(rows: readonly Line[]) {
    this.#values = new Map()
    for (const { name, value } of rows) if (value !== undefined) this.#values.set(name, value)
  }

  of(name: string): number | undefined {
    return this.#values.get(name)
  }

  /** engram's figure divided by the greatest of these: for rates. */
  timesGreatest(...names: readonly string[]): number | undefined {
    return divided(this.of('engram'), extreme(this.#present(names), Math.max))
  }

  /** engram's figure divided by the least of these: for times. */
  timesLeast(...names: readonly string[]): number | undefined {
    return divided(this.of('engram'), extreme(this.#present(names), Math.min))
  }

  /** How many times longer than engram another takes: for times. */
  fasterThan(name: string): number | undefined {
    return divided(this.of(name), this.of('engram'))
  }

  /** By how much engram's figure is above another's. */
  over(name: string): number | undefined {
    const [mine, other] = [this.of('engram'), this.of(name)]
    return mine === undefined || other === undefined ? undefined : mine - other
  }

  #present(names: readonly string[]): number[] {
    return names.map((name) => this.of(name)).filter((value) => value !== undefined)
  }
}

function extreme(values: number[], choose: (...values: number[]) => number): number | undefined {
  return values.length === 0 ? undefined : choose(...values)
}

function divided(value: number | undefined, by: number | undefined): number | undefined {
  return value === undefined || by === undefined ? undefined : value / by
}
