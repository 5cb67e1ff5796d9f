// Reads entries that an earlier process stored: a first pass in random order, then the same again and again.
import assert from 'node:assert/strict'
import { rate } from './clock.mjs'
import { adapter, report, task } from './contestant.mjs'
import * as data from './data.mjs'

const { later: promised, randomIds, runCount } = data
const name = task.fn ?? 'record'

const ids = randomIds(1 << 18, task.count)
const { open } = await adapter()
const { call, close, later } = await open(data[name], promised[name])
const step = later ? awaited : direct

const first = Math.min(task.count, 20_000)
const start = performance.now()
await step(0, first)
const reopened = (first / (performance.now() - start)) * 1000
// `working` narrows the calls to that many, spread over the whole store.
if (task.working !== undefined) for (let i = 0; i < ids.length; i++) ids[i] = ids[i % task.working]
// Every entry that will be read has been read before: hot is what stays hot.
if (task.sweep !== false && !later) await step(0, ids.length)
const figure = await rate(step)

assert.deepEqual(await call(ids[5]), await promised[name](ids[5]))
// One run more: the check's own.
assert.equal(runCount(), 1, 'a measured call was no hit')
await close()
report({ figure, reopened })

function direct(from, count) {
  let total = 0
  for (let i = from; i < from + count; i++) total += call(ids[i & 0x3ffff]).visits
  return total
}

async function awaited(from, count) {
  let total = 0
  for (let i = from; i < from + count; i++) total += (await call(ids[i & 0x3ffff])).visits
  return total
}
