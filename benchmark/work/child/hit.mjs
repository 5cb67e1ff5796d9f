// Hits of a thousand different calls, one after the other, of primitives or `withObjects`. { prime: true } only stores them.
import assert from 'node:assert/strict'
import { rate } from './clock.mjs'
import { adapter, report, task } from './contestant.mjs'
import { offer, offerArguments, later as promised, quote, quoteArguments, runCount } from './data.mjs'

const [fn, argumentsOf] = task.withObjects ? [offer, offerArguments] : [quote, quoteArguments]
const fnLater = promised[fn.name]
const calls = argumentsOf(task.calls ?? 1000)
const { open } = await adapter()
const { call, close, later } = await open(fn, fnLater)

// All at once: some peers wait for the disk, or for a timer, before each answer.
if (task.prime || task.memoryOnly) await Promise.all(calls.map((args) => call(...args)))
if (!task.prime) await measure()
await close()
if (task.prime) report({})

async function measure() {
  const primed = runCount()
  assert.deepEqual({ ...(await call(...calls[3])) }, await fnLater(...calls[3]))
  const figure = await rate(later ? awaited : direct)
  // One run more: the check's own.
  assert.equal(runCount(), primed + 1, 'a measured call was no hit')
  report({ figure })
}

function direct(from, count) {
  let total = 0
  for (let i = from; i < from + count; i++) {
    const args = calls[i % calls.length]
    total += call(args[0], args[1]).total
  }
  return total
}

async function awaited(from, count) {
  let total = 0
  for (let i = from; i < from + count; i++) {
    const args = calls[i % calls.length]
    total += (await call(args[0], args[1])).total
  }
  return total
}
