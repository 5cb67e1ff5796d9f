// A map of items that keep a processor busy, in as many threads as the task says; 0: in this one. The threads are there before.
import { performance } from 'node:perf_hooks'
import { Memory, Pipeline } from '../../../dist/index.js'
import { threads } from '../../../dist/threads/index.js'
import { report, task } from './contestant.mjs'
import { busy } from './threads-steps.mjs'

const memory = new Memory({ location: task.dir, onError: 'throw' })
const executor = task.size > 0 ? threads({ size: task.size }) : undefined

async function mapped(first, count) {
  const pipeline = new Pipeline('threads', { memory })
  pipeline.map(
    Array.from({ length: count }, (_, index) => first + index),
    busy,
    { with: [task.ms] },
  )
  const result = await pipeline.run(executor ? { executor } : {})
  result.orThrow()
}

await mapped(1_000_000, 4 * Math.max(task.size, 1))
const began = performance.now()
await mapped(0, task.items)
report({ figure: performance.now() - began })
await executor?.close()
await memory.close()
