// What goes on from a checkpoint: with the state of then, and with the calls that had been done then.
import test from 'ava'
import { Flow, Work } from '../../index.ts'
import { openApp } from '../kit/apps.ts'
import { eventually } from '../kit/deadline.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { UserProgram, saidBy } from '../kit/user-program.ts'

class Train extends Work {
  epochs: number[] = []
  async run(epoch: number): Promise<number> {
    this.epochs.push(epoch)
    return epoch
  }
}

class Training extends Flow {
  train = new Train({ parallel: true })
  upTo = 0
  run(): void {
    this.schedule('0 0 1 1 *')
    for (let epoch = 1; epoch <= this.upTo; epoch++) this.train.run(epoch)
  }
}

// Their results are stored: they were taken for done, and what they had done to the state never came.
test('calls that were done after a checkpoint are made again once it is restored, in its very millisecond too', async (t) => {
  let time = Date.now()
  const memory = openMemory(t, { clock: () => time })
  const app = openApp(t, new Training(), { memory })
  const trained = (count: number): Promise<void> =>
    eventually(`${count} epochs`, () => app.stage === 'blocking' && app.root.train.numSuccesses === count)
  const versions: string[] = []
  let ended = app.start()
  for (const upTo of [2, 4]) {
    app.root.upTo = upTo
    await trained(upTo)
    versions.push(await app.checkpoint())
  }
  app.root.upTo = 6
  await trained(6)
  for (const [at, version] of versions.entries()) {
    await app.stop()
    await ended
    time++
    await app.restore(version)
    const done = [1, 2, 3, 4].slice(0, 2 * (at + 1))
    t.deepEqual(app.state.train.epochs, done)
    ended = app.start()
    app.root.upTo = 6
    await trained(6)
    t.deepEqual(app.state.train.epochs, [1, 2, 3, 4, 5, 6])
    const ran = app.root.train.calls.filter(({ state }) => state === 'ran')
    t.is(ran.length, at === 0 ? 6 + 4 : 6 + 4 + 2)
  }
  await app.stop()
  await ended
})

test('a checkpoint that a listener of calls keeps has the call that it hears of', async (t) => {
  const memory = openMemory(t)
  const app = openApp(t, new Training(), { memory })
  const kept = new Promise<string>((resolve) => app.on('call', () => resolve(app.checkpoint())))
  let ended = app.start()
  app.root.upTo = 1
  const version = await kept
  await app.stop()
  await ended
  await app.restore(version)
  t.is(app.root.train.numSuccesses, 1)
  ended = app.start()
  await eventually('the flow', () => app.stage === 'blocking' && app.root.train.hasSucceeded)
  t.deepEqual([app.state.train.epochs, app.root.train.numSuccesses], [[1], 1])
  await app.stop()
  await ended
})

// It was kept as an older life of the app than the one that had ended since: a crash lost it.
test('an app that was restored, and is killed, goes on though there was another life since its checkpoint', async (t) => {
  const program = new UserProgram(
    t,
    `
import { App, Flow, Memory, Work } from 'engram'
const memory = new Memory({ location: './store' })
class Train extends Work {
  epochs: number[] = []
  async run(epoch: number) {
    this.epochs.push(epoch)
  }
}
class Training extends Flow {
  train = new Train({ parallel: true })
  upTo = 0
  run() {
    this.schedule('0 0 1 1 *')
    for (let epoch = 1; epoch <= this.upTo; epoch++) this.train.run(epoch)
  }
}
const app = new App(new Training(), { memory })
const trained = async (upTo: number) => {
  app.root.upTo = upTo
  do await new Promise((resolve) => setTimeout(resolve, 10))
  while (app.stage !== 'blocking' || app.root.train.epochs.length < upTo)
}
let ended = app.start()
if (process.argv[2] === 'die') {
  await trained(2)
  const version = await app.checkpoint()
  for (const upTo of [3, 4]) {
    await trained(upTo)
    await app.stop()
    await ended
    if (upTo === 4) await app.restore(version)
    ended = app.start()
  }
  await trained(5)
  process.kill(process.pid, 'SIGKILL')
}
const { epochs } = app.state.train
await app.stop()
console.log(JSON.stringify(epochs))
`,
  )
  t.is((await saidBy(program.start(['die']))).code, null)
  t.deepEqual(await program.run(), [1, 2, 3, 4, 5])
})
