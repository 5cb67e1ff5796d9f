import test from 'ava'
import { Pipeline, type Plan, step } from '../../index.ts'
import { openMemory } from '../kit/temporary-store.ts'

const load = step(() => [1, 2], { name: 'load' })
const send = step((load: number[]) => load.length, { name: 'send', cache: false })
const note = step((send: number) => send, { name: 'note', cache: false })

function statuses(plan: Plan): (string | readonly string[])[][] {
  return Object.values(plan).map(({ status, waitsFor }) => [status, ...waitsFor])
}

test('a step that is never cached is bypass also where steps before it have to run', async (t) => {
  const pipeline = new Pipeline('sending', { memory: openMemory(t) }).addStep(load, send, note)
  t.deepEqual(statuses(await pipeline.plan()), [['miss'], ['bypass'], ['bypass']])
  await pipeline.run()
  t.deepEqual(statuses(await pipeline.plan()), [['hit'], ['bypass'], ['bypass']])
})

test('without a cache every step is bypass', async (t) => {
  const pipeline = new Pipeline('off', { memory: openMemory(t), enableCache: false }).addStep(load, send, note)
  t.deepEqual(statuses(await pipeline.plan()), [['bypass'], ['bypass'], ['bypass']])
})

test('a step that may be skipped for a condition before it stays unknown', async (t) => {
  const many = step((load: number[]) => load, {
    name: 'many',
    condition: ({ load: loaded }) => loaded.length > 5,
  })
  const tell = step((many: number[]) => many.length, { name: 'tell', cache: false })
  const pipeline = new Pipeline('conditional', { memory: openMemory(t) }).addStep(load, many, tell)
  t.deepEqual(statuses(await pipeline.plan()), [['miss'], ['unknown', 'load'], ['unknown', 'many']])
  await pipeline.run()
  t.deepEqual(statuses(await pipeline.plan()), [['hit'], ['skipped'], ['skipped']])
})
