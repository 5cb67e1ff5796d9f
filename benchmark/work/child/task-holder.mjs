// Another process for task.mjs. It says when it is ready, does what it is told line by line, and says what came of it.
import { createInterface } from 'node:readline'
import { Memory, task as defineTask } from '../../../dist/index.js'
import { task } from './contestant.mjs'

const { dir, act, ms, calls } = task
const memory = new Memory({ location: dir, onError: 'throw' })
let runs = 0
let ended = 0

const node = defineTask(
  async ({ id }) => {
    if (id < -1) return
    runs++
    if (act === 'hold') say({ begun: true })
    await new Promise((resolve) => setTimeout(resolve, ms))
    ended = now()
  },
  { name: 'held', cache: true, cacheVersion: '1', cacheSerialize: true, memory },
)
const acts = { hold, call }
await node({ id: -2 })
say({ ready: true })
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'end') break
  await acts[act](line)
}
await memory.close()
process.exit()

/** One call, whose result another process waits for. */
async function hold(id) {
  await node({ id: Number(id) })
  say({ ended })
}

/** Equal calls, all at once. */
async function call() {
  await Promise.all(Array.from({ length: calls }, () => node({ id: 0 })))
  say({ at: now(), runs })
}

function now() {
  return Number(process.hrtime.bigint()) / 1e6
}

function say(fact) {
  process.stdout.write(`${JSON.stringify(fact)}\n`)
}
