import { type Judged, judge, troublesOf, troublesOfTold } from './outcome.ts'
import { mocks } from './mocks.ts'
import { caseOf } from './program.ts'
import { rows } from './rows/index.ts'
import { runSides } from './run.ts'
import { shapes } from './shapes/index.ts'
import { tellers } from './told.ts'

const packages = rows.map(caseOf)
const judgedCases = [...packages, ...shapes, ...mocks]

/** What the whole corpus shows. */
export interface Findings {
  readonly packages: readonly Judged[]
  readonly shapes: readonly Judged[]
  readonly mocks: readonly Judged[]
  /** Programs that show nothing, as they do not do what their row says. */
  readonly unfit: readonly string[]
  /** Wrong, silent and failed uses. */
  readonly troubles: readonly string[]
  readonly troublesOfTold: readonly string[]
}

/** Runs every program. `directory` holds nothing else. */
export async function find(directory: string): Promise<Findings> {
  const sides = await runSides(directory, [...judgedCases, ...tellers])
  const { judged, unfit } = judge(judgedCases, sides)
  const of = (cases: readonly { name: string }[]): Judged[] => {
    const names = new Set(cases.map(({ name }) => name))
    return judged.filter(({ name }) => names.has(name))
  }
  return {
    packages: of(packages),
    shapes: of(shapes),
    mocks: of(mocks),
    unfit: [...unfit, ...judge(tellers, sides).unfit],
    troubles: troublesOf(judged),
    troublesOfTold: troublesOfTold(tellers, sides),
  }
}
