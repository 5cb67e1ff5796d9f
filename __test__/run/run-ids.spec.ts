// Of runs that began in one millisecond any could count as the oldest, so that a new one went in place of it.
import test from 'ava'
import { Pipeline, step } from '../../index.ts'
import { openMemory } from '../kit/temporary-store.ts'

test('runs that begin in one millisecond are listed in their order, and the oldest leave', async (t) => {
  const memory = openMemory(t, { clock: () => 1_700_000_000_000 })
  const pipeline = new Pipeline('quick', { memory, history: 3 }).addStep(step(() => 1, { name: 'one' }))
  const ids: string[] = []
  for (let i = 0; i < 8; i++) ids.push((await pipeline.run()).runId)
  t.deepEqual(
    Array.from(pipeline.runs(), ({ runId }) => runId),
    ids.slice(-3).reverse(),
  )
})
