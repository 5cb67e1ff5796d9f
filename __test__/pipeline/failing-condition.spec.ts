// A condition that threw failed its step by way of the cache and of `retry`: the result of a step without parameters that was stored
// before was taken for it, and other steps were tried again though their condition is not.
import test from 'ava'
import { step } from '../../index.ts'
import { openPipeline, statesOf } from '../kit/pipelines.ts'

test('a step whose condition throws fails, whatever is stored, and is not tried again', async (t) => {
  let asked = 0
  let isBroken = false
  const one = step(() => 1, {
    name: 'one',
    retry: { count: 1, backoff: { base: 60_000 } },
    condition: () => {
      asked++
      if (isBroken) throw new TypeError('broken')
      return true
    },
  })
  const pipeline = openPipeline(t).addStep(one)
  t.deepEqual(statesOf(await pipeline.run()), { one: 'ran' })
  isBroken = true
  const result = await pipeline.run()
  t.deepEqual(statesOf(result), { one: 'failed' })
  t.is(result.stepResults['one']!.error!.constructor, TypeError)
  t.is(asked, 2)
})
