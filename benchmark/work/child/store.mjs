// What a store does besides hits, each beside what it is compared with: by turns in one process.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { Memory, fileOf } from '../../../dist/index.js'
import { median } from './clock.mjs'
import { report, task } from './contestant.mjs'

const { dir, part, count } = task
const parts = { shelve, lookups, limited, full, reduced, beside, verified }
report(await parts[part]())

function open(name, options = {}) {
  return new Memory({ location: join(dir, name), onError: 'throw', ...options })
}

function numbered(memory) {
  return memory.cache((n) => ({ id: n, name: `row ${n}`, tags: ['a', 'b'] }), { name: 'numbered', version: '1' })
}

/** Medians of what each of these takes a time, in microseconds. */
function byTurns(loops, { turns = 15, times }) {
  const found = Object.fromEntries(Object.keys(loops).map((name) => [name, []]))
  for (let turn = -2; turn < turns; turn++) {
    for (const [name, act] of Object.entries(loops)) {
      const began = performance.now()
      for (let i = 0; i < times; i++) act(i)
      if (turn >= 0) found[name].push(((performance.now() - began) * 1000) / times)
    }
  }
  return Object.fromEntries(Object.entries(found).map(([name, all]) => [name, median(all)]))
}

async function shelve() {
  const memory = open('shelve')
  const load = memory.cache((length) => new Float64Array(length), { name: 'load', version: '1' })
  for (const length of [4, 512 * 2 ** 17]) load(length)
  const figures = byTurns({ plain: () => load.shelve(4), engram: () => load.shelve(512 * 2 ** 17) }, { times: 200 })
  await memory.close()
  return figures
}

async function lookups() {
  const memory = open('lookups')
  const call = numbered(memory)
  const calls = Array.from({ length: 10_000 }, (_, n) => [n])
  for (const [n] of calls) call(n)
  const loops = { plain: () => calls.forEach((args) => call.lookup(...args)), engram: () => call.lookupMany(calls) }
  const figures = byTurns(loops, { turns: 7, times: 1 })
  await memory.close()
  return { plain: figures.plain / calls.length, engram: figures.engram / calls.length }
}

/** Hits with limits set, and without. */
async function limited() {
  const memories = [
    open('without', { limits: { maxBytes: Infinity } }),
    open('with', { limits: { maxBytes: '1GB', maxEntries: 1e6 } }),
  ]
  const [plain, engram] = memories.map(numbered)
  for (let n = 0; n < 5000; n++) for (const call of [plain, engram]) call(n)
  const figures = byTurns(
    { plain: (i) => plain(i % 5000), engram: (i) => engram(i % 5000) },
    { turns: 31, times: 20_000 },
  )
  for (const memory of memories) await memory.close()
  return figures
}

/** Stored below a limit, and at one. */
async function full() {
  const memories = [open('below'), open('at', { limits: { maxEntries: count } })]
  const calls = memories.map(numbered)
  let next = 0
  for (; next < count; next++) for (const call of calls) call(next)
  const [plain, engram] = calls
  const store = (call, from) => () => call(from.next++)
  const loops = { plain: store(plain, { next }), engram: store(engram, { next }) }
  const figures = byTurns(loops, { turns: 31, times: 1000 })
  for (const memory of memories) await memory.close()
  return figures
}

async function reduced() {
  const memory = open('reduced')
  const call = numbered(memory)
  for (let n = 0; n < count; n++) call(n)
  const began = performance.now()
  const { entries } = memory.reduce({ maxEntries: count / 2 })
  const engram = (performance.now() - began) * 1000
  if (entries !== count / 2) throw new Error(`${entries} left`)
  await memory.close()
  return { engram }
}

/** The p99 of calls of another process, alone and while this one reduces its store. */
async function beside() {
  const memory = open('reduced')
  const call = numbered(memory)
  for (let n = 0; n < count; n++) call(n)
  const program = new URL('caller.mjs', import.meta.url).pathname
  const caller = spawn(process.execPath, [program, memory.location, String(count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const since = async () => {
    caller.stdin.write('\n')
    const [said] = await once(caller.stdout, 'data')
    return Number(said)
  }
  await setTimeout(1000)
  await since()
  await setTimeout(2000)
  const plain = await since()
  memory.reduce({ maxEntries: count / 2 })
  const engram = await since()
  caller.stdin.end()
  await once(caller, 'exit')
  await memory.close()
  return { plain, engram }
}

/** All of a store read back, and its files only hashed on all cores. */
async function verified() {
  const memory = open('verified')
  const make = memory.cache((n) => new Float64Array(2 ** 24).fill(n), { name: 'make', version: '1' })
  for (let n = 0; n < count; n++) make(n)
  const blobs = join(dir, 'verified', 'blobs')
  const files = readdirSync(blobs, { recursive: true })
    .map((file) => join(blobs, file))
    .filter(isLong)
  const times = { plain: [], engram: [] }
  for (let turn = 0; turn < 3; turn++) {
    let began = performance.now()
    for (const file of files) digestOf(file)
    times.plain.push((performance.now() - began) * 1000)
    began = performance.now()
    const { corrupt } = await memory.verify()
    times.engram.push((performance.now() - began) * 1000)
    if (corrupt.length > 0) throw new Error('the store is damaged')
  }
  await memory.close()
  return { plain: median(times.plain), engram: median(times.engram) }
}

function isLong(file) {
  const stats = statSync(file)
  return stats.isFile() && stats.size > 2 ** 20
}

/** A file that was just touched is hashed anew: digests of what did not change are remembered. */
function digestOf(file) {
  const now = new Date()
  utimesSync(file, now, now)
  return fileOf(file).digest
}
