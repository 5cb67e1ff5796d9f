// A run that was aborted rejected the calls of other runs that had joined its own, though nobody had aborted those.
import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pipeline, currentContext, step } from '../../index.ts'
import { openMemory } from '../kit/temporary-store.ts'

test('a run that joined the call of a run that was aborted goes on by itself', async (t) => {
  const memory = openMemory(t, { onError: 'throw' })
  let runs = 0
  const slow = step(async function slow() {
    runs++
    await sleep(runs === 1 ? 60_000 : 0, undefined, { signal: currentContext()!.signal })
    return 'done'
  })
  const controller = new AbortController()
  const first = new Pipeline('first', { memory }).addStep(slow).run({ signal: controller.signal })
  const second = new Pipeline('second', { memory }).addStep(slow).run()
  while (runs === 0) await sleep(5)
  await sleep(50)
  t.is(runs, 1)
  controller.abort()
  t.is((await first).state, 'cancelled')
  const { state, outputs } = await second
  t.is(state, 'completed')
  t.is(outputs['slow'], 'done')
  t.is(runs, 2)
})
