// Hits of two functions by turns: one reaches helpers and constants, one does not.
import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { Memory } from '../../../dist/index.js'
import { report, task } from './contestant.mjs'

const program = await import(task.source)
const memory = new Memory({ location: task.dir, onError: 'throw' })
const entrants = { capturing: program.reaching(memory), alone: program.alone(memory) }
const calls = 20_000
const rounds = 30
const rates = { capturing: [], alone: [] }

for (let round = 0; round < rounds; round++) {
  for (const [name, cached] of Object.entries(entrants)) rates[name].push(rateOf(cached))
}
for (const cached of Object.values(entrants)) assert.equal(cached.stats().misses, 1000)
// The first rounds store, and warm up.
const figures = Object.entries(rates).map(([name, all]) => [
  name,
  all.slice(5).sort((a, b) => a - b)[(rounds - 5) >> 1],
])
report(Object.fromEntries(figures))
await memory.close()

function rateOf(cached) {
  const began = performance.now()
  let total = 0
  for (let i = 0; i < calls; i++) total += cached(i % 1000)
  assert.ok(total > 0)
  return calls / (performance.now() - began)
}
