import test from 'ava'
import { Pipeline } from '../../index.ts'
import { openPipeline, statesOf } from '../kit/pipelines.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

// A step that ran a pipeline hit, whatever the steps of that pipeline did by now; where it held one of its assets too, it was said of
// the core's own functions that they cannot be read.
test('a step that runs a pipeline is not cached, and it is said what to do instead', async (t) => {
  const memory = openMemory(t)
  const inner = new Pipeline('inner', { memory })
  const loaded = inner.step(function load(x: number) {
    return x + 1
  }, inner.input<number>('x'))
  const outer = openPipeline(t, { memory })
  const byName = outer.step(async function byName(x: number) {
    return (await inner.run({ inputs: { x } })).orThrow().outputs['load'] as number
  }, 1)
  const byAsset = outer.step(async function byAsset(x: number) {
    return (await inner.run({ inputs: { x } })).orThrow().get(loaded)
  }, 1)
  const warnings = collectWarnings()
  for (let round = 0; round < 2; round++) {
    const result = await outer.run()
    t.deepEqual([result.get(byName), result.get(byAsset)], [2, 2])
    t.deepEqual(statesOf(result), { byName: 'ran', byAsset: 'ran' })
  }
  t.deepEqual(warnings.codes(), ['ERR_UNHASHABLE', 'ERR_UNHASHABLE'])
})

test('a step that makes a pipeline of its own is cached', async (t) => {
  const outer = openPipeline(t)
  outer.step(async function makes(x: number) {
    const made = new Pipeline('made', { enableCache: false })
    const double = made.step((y: number) => y * 2, x)
    return (await made.run()).get(double)
  }, 2)
  t.deepEqual([statesOf(await outer.run()), statesOf(await outer.run())], [{ makes: 'ran' }, { makes: 'hit' }])
})
