import { Memory, Pipeline, step } from '../../../index.ts'
import { threads } from '../../../src/threads/index.ts'

export const itself = step(function itself(of: number) {
  return of * 2
})

async function begin(): Promise<number> {
  const pipeline = new Pipeline('itself', { memory: new Memory(process.argv[2]) })
  pipeline.step(itself, 21)
  const result = await pipeline.run({ executor: threads({ size: 1 }) })
  return (result.outputs as { itself: number }).itself
}

/** As a module does that is made to be started. */
export const run = await begin()
