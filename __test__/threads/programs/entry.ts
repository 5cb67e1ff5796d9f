// A program whose steps are in its own module: it is to run once, and to end by itself.
import { isMainThread } from 'node:worker_threads'
import { Memory, Pipeline, step } from '../../../index.ts'
import { threads } from '../../../src/threads/index.ts'
import { where } from '../sent-steps.ts'

export const own = step(function own(of: number) {
  return of + 1
})

process.on('warning', (warning) => process.stdout.write(`${(warning as { code?: string }).code}\n`))
const pipeline = new Pipeline('entry', { memory: new Memory(process.argv[2]) })
pipeline.step(own, 1)
pipeline.step(where, 2)
const { outputs }: { outputs: any } = await pipeline.run({ executor: threads({ size: 1 }) })
process.stdout.write(`ran ${isMainThread} ${outputs.own} ${outputs.where.threadId > 0}\n`)
