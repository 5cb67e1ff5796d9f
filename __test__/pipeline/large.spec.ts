// Pipelines of ten thousand steps: no stack overflows, and nothing is quadratic.
import test from 'ava'
import { type AnyStep, step } from '../../index.ts'
import { openPipeline } from '../kit/pipelines.ts'

const LENGTH = 10_000
const first = step((start: number) => start, { name: 's0' })
const next = (value: number): number => value + 1

const shapes: Record<string, { steps: readonly AnyStep[]; last: number }> = {
  deep: {
    steps: [
      first,
      ...Array.from({ length: LENGTH - 1 }, (_, n) => step(next, { name: `s${n + 1}`, inputs: [`s${n}`] })),
    ],
    last: LENGTH - 1,
  },
  wide: {
    steps: [first, ...Array.from({ length: LENGTH - 1 }, (_, n) => step(next, { name: `s${n + 1}`, inputs: ['s0'] }))],
    last: 1,
  },
}

for (const [shape, { steps, last }] of Object.entries(shapes))
  test(`${LENGTH} steps, ${shape}: run, planned, found again and recorded`, async (t) => {
    const pipeline = openPipeline(t).addSteps(steps)
    const inputs = { start: 0 }
    const result = (await pipeline.run({ inputs })).orThrow()
    t.is(result.get(`s${LENGTH - 1}`), last)
    t.is(result.hitRate, 0)
    const plan = await pipeline.plan({ inputs })
    t.true(Object.values(plan).every(({ status }) => status === 'hit'))
    const warm = await pipeline.run({ inputs })
    t.is(warm.hitRate, 1)
    t.is([...pipeline.runs()][0]?.calls.length, LENGTH)
    t.is(Object.keys((await pipeline.run({ inputs, only: ['s1'] })).stepResults).length, 2)
    t.is(Object.keys((await pipeline.run({ inputs, from: [`s${LENGTH - 1}`] })).stepResults).length, 1)
    const cold = await pipeline.plan({ inputs: { start: 1 } })
    t.deepEqual([cold['s0']?.status, cold[`s${LENGTH - 1}`]?.status], ['miss', 'unknown'])
    t.true(pipeline.toMermaid(result).split('\n').length > LENGTH)
    t.is(result.summary().split('\n').length, LENGTH + 2)
  })
