// A program in whose globals the clock stands still, as with the fake timers of test runners, and which has no `setImmediate`, as
// in jsdom. Says how it went with results that are made anew in the background, a long pipeline, and an app.
import { setTimeout as realTimeout } from 'node:timers/promises'
import { App, Flow, Memory, Pipeline, Work } from '../../../index.ts'

const timer = { unref: () => timer, ref: () => timer, hasRef: () => false }
Object.assign(globalThis, {
  setImmediate: undefined,
  clearImmediate: undefined,
  setTimeout: () => timer,
  setInterval: () => timer,
  clearTimeout: () => undefined,
  clearInterval: () => undefined,
})

const [location = ''] = process.argv.slice(2)
const said: string[] = []
const memory = new Memory({ location, onError: 'throw' })

let runs = 0
const count = memory.cache(() => ++runs, { name: 'count', maxAge: 1, staleWhileRevalidate: '1d' })
count()
await realTimeout(20)
const served = count()
while (runs < 2) await realTimeout(5)
said.push(`served ${served} and ran ${runs}`)

/** Longer than a run goes on without a turn of the event loop. */
const busy = (value: number): number => {
  for (const until = performance.now() + 2; performance.now() < until;);
  return value
}
const pipeline = new Pipeline('long', { memory })
for (let n = 0; n < 100; n++) pipeline.step(busy, n)
const { state } = await pipeline.run()
said.push(`pipeline ${state}`)

class Train extends Work {
  best = 0
  run(epoch: number): void {
    this.best = busy(epoch)
  }
}
class Root extends Flow {
  train = new Train({ parallel: true })
  run(): void {
    for (let epoch = 1; epoch <= 60; epoch++) this.train.run(epoch)
  }
}
const app = new App(new Root(), { memory, name: 'app' })
await app.start()
said.push(`app ${app.root.train.best}`)
await memory.close()
process.stdout.write(`${said.join('\n')}\n`)
