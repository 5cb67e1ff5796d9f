// Calls one function for ever new numbers, which other processes call for too, until it is told to stop or killed.
// Writes down each call that returned, and what became of it.
import { existsSync, openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { Memory } from '../../../index.ts'
import { generator } from '../../kit/random.ts'
import { RunLog } from '../../kit/run-log.ts'
import { loaded, type LoadSettings, loadedValue } from './load-work.ts'

const settings = JSON.parse(process.argv[2]!) as LoadSettings
const log = new RunLog(settings.log)
const calls = openSync(settings.calls, 'a')
const random = generator(settings.seed)
const epoch = BigInt(settings.epoch)
const endAt = performance.now() + (settings.forMs ?? Number.POSITIVE_INFINITY)
const asleep = new Int32Array(new SharedArrayBuffer(4))

const memory = new Memory({ location: settings.location })
/** What became of the last call of each key. */
const outcomes = new Map<string, string>()
memory.on('call', ({ key, cacheStatus }) => outcomes.set(key, cacheStatus))

function runSync(number: number): unknown {
  log.write('start', `n ${number}`, settings.name)
  Atomics.wait(asleep, 0, 0, settings.functionMs)
  log.write('end', `n ${number}`, settings.name)
  return loadedValue(number)
}

async function runLater(number: number): Promise<unknown> {
  log.write('start', `n ${number}`, settings.name)
  await sleep(settings.functionMs)
  log.write('end', `n ${number}`, settings.name)
  return loadedValue(number)
}

/** Mostly what the others call for right now, sometimes something old. */
function choose(): number {
  const front = Number((process.hrtime.bigint() - epoch) / 1_000_000n) / settings.stepMs
  return Math.floor(random() < 0.2 ? random() * front : Math.max(0, front - random() * 4))
}

function isOver(): boolean {
  return performance.now() >= endAt || (settings.stop !== undefined && existsSync(settings.stop))
}

const cached = loaded(memory, settings.kind === 'sync' ? runSync : runLater)

async function callOn(): Promise<void> {
  // One call in any case: on a busy machine its time may be over before it begins.
  do {
    const number = choose()
    const startedAt = process.hrtime.bigint()
    const value = await cached(number)
    const endedAt = process.hrtime.bigint()
    const key = cached.key(number)
    const outcome = isDeepStrictEqual(value, loadedValue(number)) ? outcomes.get(key) : 'wrong'
    writeSync(calls, `${outcome} ${number} ${startedAt} ${endedAt}\n`)
    await sleep(1)
  } while (!isOver())
}

await Promise.all(Array.from({ length: settings.kind === 'sync' ? 1 : settings.concurrency }, callOn))
await memory.close()
