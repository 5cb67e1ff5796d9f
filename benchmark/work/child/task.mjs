// Tasks at work: one part of the table in each process. Everything is checked: what hit, what ran, what came out.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { Memory, task as defineTask, workflow } from '../../../dist/index.js'
import { median, rate } from './clock.mjs'
import { report, task } from './contestant.mjs'
import { later } from './data.mjs'

const { dir, part, count, withObjects } = task
const parts = { hot, warm, filled, process: inNewProcess, wakes, killed, together }
const memory = new Memory({ location: join(dir, 'engram'), onError: 'throw' })
let runs = 0
/** When a function that another process may hold began here. */
let begun = 0
report(await parts[part]())
await memory.close()

// -------------------------------------------------------------------------------------------------------- a lone call

/** A hot hit of a cached task, and of the same function by itself; by turns in one process. */
async function hot() {
  let ran = 0
  const body = withObjects
    ? ({ item, times }) => later.offer(item, times)
    : ({ item, region }) => later.quote(item, region)
  const counting = (inputs) => {
    ran++
    return body(inputs)
  }
  const cached = memory.cache(counting, { name: 'cached' })
  const node = defineTask(counting, { name: 'node', cache: true, cacheVersion: '1', memory })
  const inputs = Array.from({ length: 1000 }, (_, id) =>
    withObjects ? { item: { id, name: `item number ${id}` }, times: 3 } : { item: id, region: 'north' },
  )
  for (const one of inputs) await Promise.all([cached(one), node(one)])
  check(ran === 2000, 'not all was stored')
  const figures = { node: [], cached: [] }
  for (let turn = 0; turn < 7; turn++) {
    figures.node.push(1e6 / (await rate(awaited(node, inputs))))
    figures.cached.push(1e6 / (await rate(awaited(cached, inputs))))
  }
  check(ran === 2000, 'a measured call was no hit')
  return { node: median(figures.node), cached: median(figures.cached) }
}

function awaited(call, inputs) {
  return async (from, times) => {
    let total = 0
    for (let at = from; at < from + times; at++) total += (await call(inputs[at % inputs.length])).total
    return total
  }
}

// --------------------------------------------------------------------------------------------------------- a workflow

/** A chain of `count` tasks, each of which takes what the one before it gave. */
function chain() {
  const increase = ({ value }) => {
    runs++
    return value + 1
  }
  const step = defineTask(increase, { name: 'increase', cache: true, cacheVersion: '1' })
  const chained = ({ length }) => {
    let last = 0
    for (let n = 0; n < length; n++) last = step({ value: last })
    return last
  }
  return workflow(chained, { name: 'chain', memory })
}

async function timed(made, ran) {
  const before = runs
  const began = performance.now()
  check((await made({ length: count })) === count, 'a value is wrong')
  const ms = performance.now() - began
  check(runs - before === ran, 'not what should have run did')
  return (ms * 1000) / count
}

async function warm() {
  const made = chain()
  const cold = await timed(made, count)
  const figures = []
  for (let turn = -3; turn < 7; turn++) {
    const us = await timed(made, 0)
    if (turn >= 0) figures.push(us)
  }
  return { figure: median(figures), cold }
}

async function filled() {
  await timed(chain(), count)
  return {}
}

async function inNewProcess() {
  return { figure: await timed(chain(), 0) }
}

// -------------------------------------------------------------------------------------------------- several processes

/** A process that runs what `task` says, and what it says, line by line. */
async function other(given) {
  const { pathname } = new URL('task-holder.mjs', import.meta.url)
  const started = spawn(process.execPath, [pathname, JSON.stringify({ dir: join(dir, 'engram'), ...given })], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]()
  const said = async () => JSON.parse((await lines.next()).value)
  await said()
  return { process: started, said, say: (text) => started.stdin.write(`${text}\n`), exit: once(started, 'exit') }
}

/** The task that the other process has too. */
async function serialized() {
  const node = defineTask(held, { name: 'held', cache: true, cacheVersion: '1', cacheSerialize: true, memory })
  // Who comes first owns the store.
  if (task.isOwner) await node({ id: -1 })
  return node
}

async function held({ id }) {
  if (id >= 0) begun = now()
}

/** From the end of the holder's function, in another process, to the moment at which a waiting call has its result. */
async function wakes() {
  const node = await serialized()
  const holder = await other({ act: 'hold', ms: 50 })
  const figures = []
  for (let id = 0; id < 20; id++) {
    holder.say(id)
    await holder.said()
    await node({ id })
    const woken = now()
    const { ended } = await holder.said()
    if (id >= 3) figures.push(woken - ended)
  }
  check(begun === 0, 'it ran here too')
  holder.say('end')
  await holder.exit
  return { figure: median(figures) }
}

/** From the end of a process that held a call to the moment at which one that waited for it begins. */
async function killed() {
  const node = await serialized()
  const holder = await other({ act: 'hold', ms: 60_000 })
  holder.say(0)
  await holder.said()
  const taken = node({ id: 0 })
  await Promise.race([taken, wait(300)])
  check(begun === 0, 'it did not wait')
  const killedAt = now()
  holder.process.kill('SIGKILL')
  await taken
  return { figure: begun - killedAt }
}

/** All at once: from when each is ready. */
async function together() {
  const others = await Promise.all(
    Array.from({ length: task.processes }, () => other({ act: 'call', calls: task.calls, ms: task.ms })),
  )
  const began = now()
  for (const one of others) one.say('go')
  const ended = await Promise.all(others.map(({ said }) => said()))
  for (const one of others) one.say('end')
  await Promise.all(others.map(({ exit }) => exit))
  const ran = ended.reduce((sum, one) => sum + one.runs, 0)
  return { figure: Math.max(...ended.map(({ at }) => at)) - began, runs: ran }
}

// ---------------------------------------------------------------------------------------------------------- measuring

/** Milliseconds by a clock that is the same in all processes. */
function now() {
  return Number(process.hrtime.bigint()) / 1e6
}

function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function check(isRight, what) {
  if (!isRight) throw new Error(what)
}
