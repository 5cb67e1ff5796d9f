// Opens a store, then goes on with children of the same program: forks <location> <log of runs> <how>.
import { fork } from 'node:child_process'
import cluster from 'node:cluster'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Memory } from '../../../index.ts'
import { RunLog } from '../../kit/run-log.ts'
import { RecordedWork, textOf } from './recorded-work.ts'

const [location, log, how] = process.argv.slice(2) as [string, string, 'fork' | 'cluster' | 'child']
const isChild = how === 'child' || cluster.isWorker
const memory = new Memory({ location, onError: 'throw' })
const work = new RecordedWork(memory, new RunLog(log), isChild ? `child${process.pid}` : 'parent')
const CHILDREN = 3

/** Every process calls for the same keys at the same time. */
async function callAll(): Promise<void> {
  for (let key = 0; key < 30; key++) {
    const kind = key % 2 === 0 ? 'sync' : 'async'
    const value = await work.cached('f', kind)(String(key), { ms: 10 })
    if (value !== textOf('f', String(key))) throw new Error(`${key} gave ${String(value)}`)
    await sleep(0)
  }
}

if (isChild) {
  await callAll()
  if (process.connected) process.disconnect()
} else {
  // It owns the store before there are others.
  work.cached('before', 'sync')('1')
  const children = Array.from({ length: CHILDREN }, () =>
    how === 'cluster' ? cluster.fork().process : fork(process.argv[1]!, [location, log, 'child']),
  )
  const codes = children.map(async (child) => ((await once(child, 'exit')) as [number | null])[0])
  await callAll()
  process.stdout.write(`${(await Promise.all(codes)).join(' ')} ${memory.stats().role}\n`)
}
