import test from 'ava'
import { Pipeline, type Plan, step } from '../../index.ts'
import { openMemory } from '../kit/temporary-store.ts'

const load = step(() => [1, 2], { name: 'load' })
const send = step((rows: number[]) => rows.length, { name: 'send', inputs: ['load'], cache: false })
const note = step((sent: number) => sent, { name: 'note', inputs: ['send'], cache: false })

function statuses(plan: Plan): string[] {
  return Object.values(plan).map(({ status, waitsFor }) => [status, waitsFor].flat().join(' '))
}

test('a step that is never cached is bypass also where steps before it have to run', async (t) => {
  const pipeline = new Pipeline('sending', { memory: openMemory(t) }).addStep(load, send, note)
  t.deepEqual(statuses(await pipeline.plan()), ['miss', 'bypass', 'bypass'])
  await pipeline.run()
  t.deepEqual(statuses(await pipeline.plan()), ['hit', 'bypass', 'bypass'])
})

test('without a cache every step is bypass', async (t) => {
  const pipeline = new Pipeline('off', { memory: openMemory(t), enableCache: false }).addStep(load, send, note)
  t.deepEqual(statuses(await pipeline.plan()), ['bypass', 'bypass', 'bypass'])
})

test('a step that may be skipped for a condition before it stays unknown', async (t) => {
  const many = step((rows: number[]) => rows, {
    name: 'many',
    inputs: ['load'],
    condition: ({ load: loaded }) => loaded.length > 5,
  })
  const tell = step((rows: number[]) => rows.length, { name: 'tell', inputs: ['many'], cache: false })
  const pipeline = new Pipeline('conditional', { memory: openMemory(t) }).addStep(load, many, tell)
  t.deepEqual(statuses(await pipeline.plan()), ['miss', 'unknown load', 'unknown many'])
  await pipeline.run()
  t.deepEqual(statuses(await pipeline.plan()), ['hit', 'skipped', 'skipped'])
})
