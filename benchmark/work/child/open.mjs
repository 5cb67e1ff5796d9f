// From a directory to the first answer: opening the store and one hit, the package being loaded already.
import assert from 'node:assert/strict'
import { adapter, report, task } from './contestant.mjs'
import { later as promised, record, runCount } from './data.mjs'

const { open } = await adapter()

const start = performance.now()
const { call, close, later } = await open(record, promised.record)
const found = later ? await call(task.count >> 1) : call(task.count >> 1)
const figure = performance.now() - start

assert.equal(found.id, task.count >> 1)
assert.equal(runCount(), 0, 'the entry was not there')
await close()
report({ figure })
