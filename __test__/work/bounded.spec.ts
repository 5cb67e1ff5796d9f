// An app may run for years: what its passes and its remembered calls leave in memory is bounded.
import test from 'ava'
import { within } from '../kit/deadline.ts'
import { UserProgram } from '../kit/user-program.ts'

test('passes and remembered calls take bounded memory', async (t) => {
  const program = new UserProgram(
    t,
    `
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { App, Flow, Memory, Work } from 'engram'
setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc')
process.removeAllListeners('warning')
process.on('warning', () => {})
const memory = new Memory({ location: './store' })
const heap = () => {
  gc()
  return process.memoryUsage().heapUsed
}
class Small extends Work {
  run(value: number) {
    return value
  }
}
let before = 0
let after = 0
let passes = 0
class Passing extends Flow {
  work = new Small()
  count = 0
  run() {
    passes++
    this.work.run(this.count)
    this.count++
    if (passes === 500) before = heap()
    if (passes < 6000) return
    after = heap()
    this.stop()
  }
}
const app = new App(new Passing(), { memory })
await app.start()
memory.close()
console.log(JSON.stringify({ added: after - before, passes, successes: app.root.work.numSuccesses }))
`,
  )
  const { added, passes, successes } = await within('the end', program.run())
  t.true(passes >= 6000)
  t.true(successes > 1000, String(successes))
  // A call that is remembered leaves its short key alone: some hundred bytes.
  t.true(added < 8_000_000, String(added))
})
