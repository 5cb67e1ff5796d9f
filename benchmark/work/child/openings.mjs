// A store that was opened `openings` times by short programs, each of which read one entry: how long the next one takes.
import assert from 'node:assert/strict'
import { adapter, report, task } from './contestant.mjs'
import { later as promised, record } from './data.mjs'

const { open } = await adapter()

let firstMs = Number.NaN
for (let i = 0; i < task.openings; i++) {
  const ms = await once(i % task.count)
  if (i === 100) firstMs = ms
}
const times = []
for (let i = 0; i < 100; i++) times.push(await once(i))
report({ figure: times.sort((a, b) => a - b)[50], firstMs })

async function once(id) {
  const start = performance.now()
  const { call, close, later } = await open(record, promised.record)
  const found = later ? await call(id) : call(id)
  const ms = performance.now() - start
  assert.equal(found.id, id)
  await close()
  return ms
}
