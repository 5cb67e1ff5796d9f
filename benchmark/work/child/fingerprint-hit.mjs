// Hits of two functions by turns: one reaches helpers and constants, one does not.
import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { Memory } from '../../../dist/index.js'
import { report, task } from './contestant.mjs'

const program = await import(task.source)
const memory = new Memory({ location: task.dir, onError: 'throw' })
const entrants = { capturing: program.reaching(memory), alone: program.alone(memory) }
const calls = 20_000
const rounds = 120
/** They store, and warm up: which of both the compiler takes first is chance, and takes up to a third of the rounds. */
const warmUp = 60
const rates = { capturing: [], alone: [] }

for (let round = 0; round < rounds; round++) {
  for (const [name, cached] of Object.entries(entrants)) rates[name].push(rateOf(cached))
}
for (const cached of Object.values(entrants)) assert.equal(cached.stats().misses, 1000)
const figures = Object.entries(rates).map(([name, all]) => [
  name,
  all.slice(warmUp).sort((a, b) => a - b)[(rounds - warmUp) >> 1],
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
