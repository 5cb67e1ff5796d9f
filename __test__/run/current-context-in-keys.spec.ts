import test from 'ava'
import { Pipeline, currentContext, step } from '../../index.ts'
import { openMemory } from '../kit/temporary-store.ts'

test('a step that tells how far it is, in itself or in a helper, is found again in later runs', async (t) => {
  const tell = (done: number): void => currentContext()?.progress(done, 2)
  const direct = step(function direct(n: number) {
    currentContext()?.report('n', n)
    currentContext()?.signal.throwIfAborted()
    return n + 1
  })
  const helped = step(function helped(n: number) {
    tell(1)
    return n + 2
  })
  const pipeline = new Pipeline('telling', { memory: openMemory(t) }).addStep(direct, helped)
  const states = async (): Promise<string[]> => {
    const { stepResults } = await pipeline.run({ inputs: { n: 1 } })
    return Object.values(stepResults).map(({ state }) => state)
  }
  t.deepEqual(await states(), ['ran', 'ran'])
  t.deepEqual(await states(), ['hit', 'hit'])
})
