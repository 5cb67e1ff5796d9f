// Stores `count` entries, of about 200 bytes or what `fn` gives, one call at a time, each acknowledged before the next.
import assert from 'node:assert/strict'
import { adapter, report, task } from './contestant.mjs'
import * as data from './data.mjs'

const { later: promised, runCount } = data
const name = task.fn ?? 'record'

const { open } = await adapter()
const { call, close, later } = await open(data[name], promised[name])

const start = performance.now()
let sum = 0
if (later) for (let id = 0; id < task.count; id++) sum += (await call(id)).id
else for (let id = 0; id < task.count; id++) sum += call(id).id
const elapsed = performance.now() - start

assert.equal(runCount(), task.count, 'an entry was there before')
assert.equal(sum, (task.count * (task.count - 1)) / 2)
await close()
report({ figure: (task.count / elapsed) * 1000 })
