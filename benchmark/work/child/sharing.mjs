// What a store costs the process that owns it, and one that reaches it through the owner: { as: 'owner' | 'client' }.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Memory } from '../../../dist/index.js'
import { rate } from './clock.mjs'
import { report, task } from './contestant.mjs'
import { numbers, randomIds, record, runCount } from './data.mjs'

const { action, as, dir, count, byteLength } = task
const others = []
const actions = { fill, first, again, array, memory: memoryOfOwner }
await actions[action]()
for (const other of others) other.stdin.end()

/** A process that has used the store before anything is measured; ends with this one. */
async function start(id) {
  const program = new URL('sharing-owner.mjs', import.meta.url).pathname
  const other = spawn(process.execPath, [program, dir, String(id)], { stdio: ['pipe', 'pipe', 'inherit'] })
  others.push(other)
  const [role] = await once(other.stdout, 'data')
  assert.equal(String(role).trim(), others.length === 1 ? 'owner' : 'client')
  return other
}

/** The measured process in its role, with the store open. */
async function open() {
  // Number 0 is never measured: the owner reads it to become one, and the measured process to have all open.
  if (as === 'client') await start(0)
  const memory = new Memory({ location: dir, onError: 'throw' })
  const quote = memory.cache(record, { name: record.name })
  quote(0)
  assert.equal(memory.stats().role, as)
  return { memory, quote }
}

async function fill() {
  const memory = new Memory({ location: dir, onError: 'throw' })
  const quote = memory.cache(record, { name: record.name })
  for (let id = 0; id < count; id++) quote(id)
  if (byteLength > 0) memory.cache(numbers, { name: numbers.name })(byteLength)
  await memory.close()
  report({})
}

/** Each entry once, none of which this process, or the owner, has read before. */
async function first() {
  const { memory, quote } = await open()
  const ids = distinct(count)
  const warmups = ids.length >> 2
  let total = 0
  for (let i = 0; i < warmups; i++) total += quote(ids[i]).visits
  const began = performance.now()
  for (let i = warmups; i < ids.length; i++) total += quote(ids[i]).visits
  const figure = ((ids.length - warmups) / (performance.now() - began)) * 1000
  assert.equal(runCount(), 0, 'a measured call was no hit')
  await memory.close()
  report({ figure, total })
}

/** The numbers from 1 to below `limit`, at random. */
function distinct(limit) {
  return [...new Set(randomIds(limit * 4, limit))].filter((id) => id !== 0)
}

/** A thousand entries again and again. */
async function again() {
  const { memory, quote } = await open()
  const ids = distinct(count).slice(0, 1000)
  const figure = await rate((from, calls) => {
    let total = 0
    for (let i = from; i < from + calls; i++) total += quote(ids[i % ids.length]).visits
    return total
  })
  assert.equal(runCount(), 0, 'a measured call was no hit')
  await memory.close()
  report({ figure })
}

async function array() {
  const { memory } = await open()
  const load = memory.cache(numbers, { name: numbers.name })
  load.has(-1)
  const began = performance.now()
  const loaded = load(byteLength)
  const element = loaded[0]
  const figure = performance.now() - began
  assert.equal(loaded.byteLength, byteLength)
  assert.equal(element, numbers(64)[0])
  // One run: the check's own.
  assert.equal(runCount(), 1, 'the array was computed, not loaded')
  await memory.close()
  report({ figure })
}

/** Memory of an owner before and while it has idle clients. */
async function memoryOfOwner() {
  const owner = await start(0)
  const aloneMb = residentMb(owner.pid)
  for (let client = 0; client < task.clients; client += 4) {
    await Promise.all([0, 1, 2, 3].map((more) => start(client + more)))
  }
  report({ aloneMb, sharedMb: residentMb(owner.pid) })
}

/** Resident memory of a process. Only Linux tells. */
function residentMb(pid) {
  const found = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(found[1]) / 1024
}
