// Hits of one array beside plain copies of it, by turns, in loops that hold nothing.
import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { memoize } from '../../engram.mjs'
import { median } from './clock.mjs'
import { report, task } from './contestant.mjs'
import { numbers } from './data.mjs'
import { using } from './loop.mjs'

const { byteLength, hits, dir, isMapped } = task
const use = using[task.use]
const turns = 12
const { call, close } = memoize(numbers, dir)
const array = call(byteLength)
const copies = isMapped ? await mappings() : { plain: () => array.slice() }
const loops = { ...copies, engram: () => call(byteLength) }
const times = { plain: [], engram: [], awaited: [] }

for (let turn = 0; turn < turns; turn++) {
  for (const [name, load] of Object.entries(loops)) times[name].push(timeOf(load))
  times.awaited.push(await awaitedTime())
}
// The first turns store, and warm up.
report(Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all.slice(2))])))
await close()

/** Where a copy would take most of the time: the same bytes mapped from a file, with nothing around it. */
async function mappings() {
  const { openArrays } = await import('../../peers/raw-memory.mjs')
  const { store, load } = openArrays(dir)
  store(array)
  return { plain: load }
}

/** Microseconds a hit. */
function timeOf(load) {
  const began = performance.now()
  for (let i = 0; i < hits; i++) assert.ok(use(load()) !== 0)
  return ((performance.now() - began) * 1000) / hits
}

async function awaitedTime() {
  const began = performance.now()
  for (let i = 0; i < hits; i++) assert.ok(use(await call(byteLength)) !== 0)
  return ((performance.now() - began) * 1000) / hits
}
