// Stores `count` entries of about 200 bytes, one call at a time: how fast the last of them are stored.
import assert from 'node:assert/strict'
import { adapter, report, task } from './contestant.mjs'
import { later as promised, record, runCount } from './data.mjs'

const { open } = await adapter()
const last = Math.min(20_000, task.count >> 1)
const { call, close } = await open(record, promised.record)

for (let id = 0; id < task.count - last; id++) call(id)
const start = performance.now()
for (let id = task.count - last; id < task.count; id++) call(id)
const elapsed = performance.now() - start

assert.equal(runCount(), task.count, 'an entry was there before')
await close()
report({ figure: (last / elapsed) * 1000 })
