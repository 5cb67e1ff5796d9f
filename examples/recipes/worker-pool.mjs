import { Memory } from 'engram'
import { once } from 'node:events'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'

const memory = new Memory('.engram')

/** Slow, and asked for the same numbers by several threads. */
const countPrimes = memory.cache(function countPrimes(limit) {
  let found = 0
  for (let n = 2; n <= limit; n++) {
    let divisor = 2
    while (divisor * divisor <= n && n % divisor !== 0) divisor++
    if (divisor * divisor > n) found++
  }
  return found
})

if (isMainThread) {
  const jobs = [
    [200_000, 300_000],
    [300_000, 200_000],
    [200_000, 400_000],
  ]
  const workers = jobs.map((limits) => new Worker(new URL(import.meta.url), { workerData: limits }))
  const messages = await Promise.all(workers.map((worker) => once(worker, 'message')))
  const results = messages.map(([message]) => message)
  console.log(results.map(({ counts }) => counts.join(' ')).join(', '))
  console.log(`${results.reduce((sum, { ran }) => sum + ran, 0)} runs for ${jobs.flat().length} calls`)
} else {
  const counts = workerData.map((limit) => countPrimes(limit))
  const message = { counts, ran: countPrimes.stats().misses }
  parentPort.postMessage(message)
}
