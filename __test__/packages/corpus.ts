import { mocks } from './mocks/index.ts'
import { type Judged, judge, troublesOf, troublesOfTold } from './outcome.ts'
import { type Case, caseOf } from './program.ts'
import { rows } from './rows/index.ts'
import { type Row, isInstalled } from './rows/row.ts'
import { type Sides, runSides } from './run.ts'
import { shapes } from './shapes/index.ts'
import { tellers } from './told.ts'

/** Programs to run. */
export interface Corpus {
  readonly packages: readonly Case[]
  readonly shapes: readonly Case[]
  readonly mocks: readonly Case[]
  readonly tellers: readonly Case[]
}

/** Every instance in every way. */
export const whole: Corpus = { packages: rows.map(caseOf), shapes: shapes.flat(), mocks, tellers }

/** Of how many packages that are soon looked at one is in the sample. */
const OF = 6

/**
 * Some instances of packages in one way each, every shape with one subject, all mocks and loggers: by turns, the same ones in
 * every run.
 */
export const sample: Corpus = {
  packages: firstRows()
    .filter((_, index) => index % OF === 0)
    .map(caseOf)
    .map(inOneWay),
  shapes: shapes.map((subjects, index) => turn(subjects, index)),
  mocks,
  tellers: tellers.map(inOneWay),
}

/** What a corpus shows. */
export interface Findings {
  readonly packages: readonly Judged[]
  readonly shapes: readonly Judged[]
  readonly mocks: readonly Judged[]
  /** Programs that show nothing, as they do not do what their row says. */
  readonly unfit: readonly string[]
  /** Wrong, silent and failed uses. */
  readonly troubles: readonly string[]
  readonly troublesOfTold: readonly string[]
  /** Milliseconds of CPU, by program. */
  readonly cpu: ReadonlyMap<string, number>
}

/** Runs every program. `directory` is empty. */
export async function find(corpus: Corpus, directory: string): Promise<Findings> {
  const judgedCases = [...corpus.packages, ...corpus.shapes, ...corpus.mocks]
  const all = [...judgedCases, ...corpus.tellers]
  const sides = await runSides(directory, all)
  const { judged, unfit } = judge(judgedCases, sides)
  const of = (cases: readonly Case[]): Judged[] => {
    const names = new Set(cases.map(({ name }) => name))
    return judged.filter(({ name }) => names.has(name))
  }
  const cpuOf = ({ name }: Case): number =>
    Object.values(sides).reduce((sum, side: Sides[keyof Sides]) => sum + (side[name]?.cpu ?? 0), 0)
  return {
    packages: of(corpus.packages),
    shapes: of(corpus.shapes),
    mocks: of(corpus.mocks),
    unfit: [...unfit, ...judge(corpus.tellers, sides).unfit],
    troubles: troublesOf(judged),
    troublesOfTold: troublesOfTold(corpus.tellers, sides),
    cpu: new Map(all.map((one) => [one.name, cpuOf(one)])),
  }
}

/** The lines of the list of known troubles that are about these programs. */
export function linesOf(corpus: Corpus, lines: readonly string[]): readonly string[] {
  const cases = [corpus.packages, corpus.shapes, corpus.mocks, corpus.tellers].flat()
  const about = new Set(cases.flatMap(({ name, uses }) => uses.map((use) => `${name}, ${use}`)))
  return lines.filter((line) => about.has(line.slice(0, line.lastIndexOf(': '))))
}

/** One instance of each package that is soon looked at. */
function firstRows(): readonly Row[] {
  const first = new Map<string, Row>()
  for (const row of rows)
    if (row.isSlow !== true && isInstalled(row) && !first.has(row.package)) first.set(row.package, row)
  return [...first.values()]
}

function inOneWay<T extends Case>(one: T, index: number): T {
  return { ...one, uses: [turn(one.uses, index)] }
}

function turn<T>(items: readonly T[], index: number): T {
  return items[index % items.length]!
}
