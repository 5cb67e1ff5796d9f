// A pipeline at work: one part of the table in each process. Everything is checked: what hit, what ran, what came out.
import { readFileSync, readdirSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { median } from './clock.mjs'
import { anonymousMb, report, task } from './contestant.mjs'

const { dir, part, count, megabytes, contestant } = task
/** Large ones. */
const outputs = 10
let runs = 0
function inc(value) {
  runs++
  return value + 1
}

const ofEngram = { warm, cold, filled, process: inNewProcess, plan, large, handed, steps, map, record, memory }
const ofOthers = { warm: warmByHand, cold: coldByHand, filled: coldByHand, process: processByHand, map: mapByHand }
report(await (contestant === 'engram' ? ofEngram : ofOthers)[part]())

// ------------------------------------------------------------------------------------------------------------ engram

async function opened(options = {}) {
  // What only the others need is not waited for.
  const { Memory, Pipeline } = await import('../../../dist/index.js')
  const store = new Memory({ location: join(dir, 'engram'), onError: 'throw', ...options })
  return { memory: store, pipeline: (name) => new Pipeline(name, { memory: store, cache: 'codeHash' }) }
}

/** A chain of `count` steps, each of which takes what the one before it gave. */
function chain(pipeline) {
  let last = pipeline.step(inc, 0)
  for (let n = 1; n < count; n++) last = pipeline.step(inc, last)
  return last
}

async function timed(pipeline, last, hitRate) {
  const began = performance.now()
  const result = (await pipeline.run()).orThrow()
  const ms = performance.now() - began
  check(result.hitRate === hitRate && result.get(last) === count, 'the chain was not what it should be')
  return ms
}

async function warm() {
  const { memory: store, pipeline } = await opened()
  const made = pipeline('chain')
  const last = chain(made)
  await timed(made, last, 0)
  const figures = []
  for (let turn = -3; turn < 7; turn++) {
    const ms = await timed(made, last, 1)
    if (turn >= 0) figures.push(ms)
  }
  await store.close()
  return { figure: (median(figures) * 1000) / count }
}

async function cold() {
  const { memory: store, pipeline } = await opened()
  const made = pipeline('chain')
  const ms = await timed(made, chain(made), 0)
  await store.close()
  return { figure: (ms * 1000) / count }
}

async function filled() {
  const { memory: store, pipeline } = await opened()
  const made = pipeline('chain')
  await timed(made, chain(made), 0)
  await store.close()
  return {}
}

/** Its whole life is measured from outside. */
async function inNewProcess() {
  const { memory: store, pipeline } = await opened()
  const made = pipeline('chain')
  await timed(made, chain(made), 1)
  check(runs === 0, 'a step ran')
  await store.close()
  return {}
}

async function plan() {
  const { memory: store, pipeline } = await opened()
  const made = pipeline('chain')
  await timed(made, chain(made), 0)
  const figures = []
  const before = bytesIn(dir)
  for (let turn = -1; turn < 5; turn++) {
    const began = performance.now()
    const planned = await made.plan()
    if (turn >= 0) figures.push(performance.now() - began)
    check(
      Object.values(planned).every(({ status }) => status === 'hit'),
      'a step would run',
    )
  }
  const written = bytesIn(dir) - before
  await store.close()
  return { figure: median(figures), written }
}

/** Outputs that are large, each taken by another step; the second process finds all. */
async function large() {
  const { memory: store, pipeline } = await opened()
  const made = pipeline('large')
  const length = megabytes * 2 ** 17
  const make = (at, size) => new Float64Array(size).fill(at)
  const first = (array) => array[0]
  const firsts = Array.from({ length: outputs }, (_, at) => made.step(first, made.step(make, at, length)))
  // What comes with the first run of any pipeline is not of these.
  const small = pipeline('small')
  small.step(function one() {
    return 1
  })
  await small.run()
  const before = { anonymous: anonymousMb(), blobs: blobMb(), called: calledMb() }
  const result = (await made.run()).orThrow()
  const after = { anonymous: anonymousMb(), blobs: blobMb(), called: calledMb() }
  check(
    firsts.every((asset, at) => result.get(asset) === at),
    'a value is wrong',
  )
  await store.close()
  if (task.isFilling) return {}
  check(result.hitRate === 1, 'a step ran')
  return {
    added: Math.max(after.anonymous - before.anonymous, 0),
    blobs: after.blobs - before.blobs,
    called: after.called - before.called,
  }
}

/** From the moment at which a large result is stored to the one at which the next step begins with it. */
async function handed() {
  const { memory: store, pipeline } = await opened()
  const length = megabytes * 2 ** 17
  const figures = []
  for (let turn = -1; turn < 5; turn++) {
    let stored = 0
    let begun = 0
    const made = pipeline('handed')
    const array = made.step(
      function make(at, size) {
        return new Float64Array(size).fill(at)
      },
      turn,
      length,
    )
    const first = made.step(function first(values) {
      const value = values[0]
      begun = performance.now()
      return value
    }, array)
    made.on('call', ({ name }) => {
      if (name === 'make') stored = performance.now()
    })
    const result = (await made.run()).orThrow()
    check(result.get(first) === turn && result.hitRate === 0, 'a value is wrong')
    if (turn >= 0) figures.push(begun - stored)
  }
  await store.close()
  return { figure: median(figures) }
}

/** Ten steps. The first process says when the fifth one begins, and stays there until it is killed. */
async function steps() {
  const { memory: store, pipeline } = await opened()
  const made = pipeline('steps')
  let begun = 0
  const pass = (value) => value + 1
  const fifth = async function fifth(value) {
    begun = performance.timeOrigin + performance.now()
    if (task.isKilled) {
      writeSync(1, 'begun\n')
      await new Promise((resolve) => setTimeout(resolve, 60_000))
    }
    return value + 1
  }
  let last = 0
  for (let n = 1; n <= 10; n++) last = made.step(n === 5 ? fifth : pass, last)
  const result = (await made.run()).orThrow()
  check(result.get(last) === 10 && result.hitRate === 0.4, 'it did not go on where it was')
  await store.close()
  return { figure: begun - task.startedAt }
}

async function map() {
  const { memory: store, pipeline } = await opened()
  const made = pipeline('map')
  const mapped = made.map(made.input('items'), inc)
  let items = Array.from({ length: count }, (_, n) => n)
  ;(await made.run({ inputs: { items } })).orThrow()
  const figures = []
  for (let turn = -1; turn < 5; turn++) {
    items = [...items.slice(1), 2 * count + turn]
    const before = runs
    const began = performance.now()
    const result = (await made.run({ inputs: { items } })).orThrow()
    if (turn >= 0) figures.push(performance.now() - began)
    check(runs === before + 1 && result.get(mapped).at(-1) === items.at(-1) + 1, 'not one item ran')
  }
  await store.close()
  return { figure: median(figures) }
}

/** Warm runs that are recorded beside those of a memory that only reads, which are not; by turns. */
async function record() {
  const writing = await opened()
  const made = writing.pipeline('chain')
  const last = chain(made)
  await timed(made, last, 0)
  const reading = await opened({ mode: 'readOnly' })
  const unrecorded = reading.pipeline('chain')
  const lastUnrecorded = chain(unrecorded)
  const figures = { recorded: [], plain: [] }
  let bytes = 0
  for (let turn = -3; turn < 9; turn++) {
    const before = bytesIn(dir)
    const recorded = await timed(made, last, 1)
    bytes = bytesIn(dir) - before
    const plain = await timed(unrecorded, lastUnrecorded, 1)
    if (turn >= 0) figures.recorded.push(recorded)
    if (turn >= 0) figures.plain.push(plain)
  }
  await reading.memory.close()
  await writing.memory.close()
  const us = ((median(figures.recorded) - median(figures.plain)) * 1000) / count
  return { figure: us, bytes: bytes / count }
}

async function memory() {
  const { memory: store, pipeline } = await opened()
  const before = anonymousMb()
  const made = pipeline('chain')
  chain(made)
  const result = (await made.run()).orThrow()
  const added = anonymousMb() - before
  check(result.hitRate === 0 && runs === count, 'a step did not run')
  await store.close()
  return { figure: added }
}

// --------------------------------------------------------------------------------------------------------- the others

async function chainByHand() {
  const { openChain } = await import(`../../peers/${contestant}.mjs`)
  return openChain(inc, dir)
}

async function runByHand(made, ran) {
  const before = runs
  const began = performance.now()
  check((await made.run(count)) === count, 'a value is wrong')
  const ms = performance.now() - began
  check(runs - before === ran, 'not what should have run did')
  return ms
}

async function warmByHand() {
  const made = await chainByHand()
  const isKept = contestant !== 'chain-plain'
  await runByHand(made, count)
  const figures = []
  for (let turn = -3; turn < 7; turn++) {
    const ms = await runByHand(made, isKept ? 0 : count)
    if (turn >= 0) figures.push(ms)
  }
  await made.close()
  return { figure: (median(figures) * 1000) / count }
}

async function coldByHand() {
  const made = await chainByHand()
  const ms = await runByHand(made, count)
  await made.close()
  return { figure: (ms * 1000) / count }
}

async function processByHand() {
  const made = await chainByHand()
  await runByHand(made, 0)
  await made.close()
  return {}
}

async function mapByHand() {
  const made = await chainByHand()
  let items = Array.from({ length: count }, (_, n) => n)
  await made.map(items)
  const figures = []
  for (let turn = -1; turn < 5; turn++) {
    items = [...items.slice(1), 2 * count + turn]
    const before = runs
    const began = performance.now()
    await made.map(items)
    if (turn >= 0) figures.push(performance.now() - began)
    check(runs === before + 1, 'not one item ran')
  }
  await made.close()
  return { figure: median(figures) }
}

// ---------------------------------------------------------------------------------------------------------- measuring

function check(isRight, what) {
  if (!isRight) throw new Error(what)
}

function bytesIn(folder) {
  return readdirSync(folder, { recursive: true }).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
}

/** What of mapped blobs this process touched. Only Linux tells. */
function blobMb() {
  let isBlob = false
  let kilobytes = 0
  for (const line of readFileSync('/proc/self/smaps', 'utf8').split('\n')) {
    if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) isBlob = line.includes('/blobs/')
    const rss = isBlob ? /^Rss:\s+(\d+) kB/.exec(line) : null
    if (rss !== null) kilobytes += Number(rss[1])
  }
  return kilobytes / 1024
}

/** What this process read by calls, of whatever file: of blobs it can be no more. Only Linux tells. */
function calledMb() {
  return Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))[1]) / 2 ** 20
}
