// Calls what another process owns, until its input ends; at each line of input it says the p99 of the calls since, in µs.
import { createInterface } from 'node:readline'
import { setImmediate } from 'node:timers/promises'
import { Memory } from '../../../dist/index.js'

const [location, count] = [process.argv[2], Number(process.argv[3])]
const memory = new Memory({ location, onError: 'throw' })
const call = memory.cache((n) => ({ id: n, name: `row ${n}`, tags: ['a', 'b'] }), { name: 'numbered', version: '1' })

let times = []
const over = new AbortController()
const input = createInterface({ input: process.stdin })
input.on('line', () => {
  times.sort((one, other) => one - other)
  process.stdout.write(`${times[Math.floor(times.length * 0.99)] * 1000}\n`)
  times = []
})
input.on('close', () => over.abort())

// The newest entries, in any order.
for (let i = 0; !over.signal.aborted; i = (i + 7919) % 1000) {
  for (let turn = 0; turn < 100; turn++) {
    const began = performance.now()
    call(count - 1 - ((i + turn * 31) % 1000))
    times.push(performance.now() - began)
  }
  await setImmediate()
}
await memory.close()
