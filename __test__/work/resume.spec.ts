// Programs that are killed, and started again: what was done is not repeated, and all goes on as it was.
import test from 'ava'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, within } from '../kit/deadline.ts'
import { put } from '../kit/files.ts'
import { generator } from '../kit/random.ts'
import { UserProgram, saidBy } from '../kit/user-program.ts'

const HEAD = `
import { appendFileSync, existsSync } from 'node:fs'
import { App, Flow, Memory, Work } from 'engram'
const memory = new Memory({ location: './store' })
const log = (line: string) => appendFileSync('log', line + '\\n')
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
`

/** Training publishes checkpoints, each of which is deployed once; a loop copies items. */
const DEPLOYMENT = `${HEAD}
class Train extends Work {
  checkpoint: string | null = null
  epochs: number[] = []
  async run(epoch: number) {
    log('begin train ' + epoch)
    await pause(5)
    this.epochs.push(epoch)
    this.checkpoint = 'step=' + epoch
    return epoch
  }
}
class Deploy extends Work {
  deployed: string[] = []
  async run(path: string) {
    log('begin deploy ' + path)
    await pause(2)
    this.deployed.push(path)
  }
}
class Copy extends Work {
  sum = 0
  async run(item: number) {
    log('begin copy ' + item)
    await pause(3)
    this.sum += item
  }
}
class Deployment extends Flow {
  train = new Train({ parallel: true })
  deploy = new Deploy({ parallel: true })
  copy = new Copy()
  run() {
    this.schedule('0 0 1 1 *')
    for (let epoch = 0; epoch < 20; epoch++) this.train.run(epoch)
    for (const epoch of this.train.epochs) this.deploy.run('step=' + epoch)
    for (const item of this.iterate([1, 2, 3, 4, 5, 6, 7, 8])) this.copy.run(item)
  }
}
const app = new App(new Deployment(), { memory, name: 'deployment' })
log('lives')
const ended = app.start()
const { train, deploy, copy } = app.root
while (train.epochs.length < 20 || deploy.deployed.length < 20 || copy.sum < 36) await pause(2)
while (!existsSync('may-end')) await pause(2)
await app.stop()
await ended
console.log(JSON.stringify({ epochs: train.epochs, deployed: deploy.deployed, sum: copy.sum }))
`

const linesOf = (program: UserProgram): string[] => {
  const file = join(program.directory, 'log')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
}

async function killedAfter(program: UserProgram, lines: number): Promise<void> {
  const child = program.start()
  const before = linesOf(program).length
  await eventually('work', () => linesOf(program).length >= before + lines || child.exitCode !== null)
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

/** Works that began more calls again than kills may have met under way: of each work, one runs at a time. */
function begunTooOften(lines: readonly string[], kills: number): string[] {
  return ['train', 'deploy', 'copy'].filter((work) => {
    const begun = lines.filter((line) => line.startsWith(`begin ${work} `))
    return begun.length - new Set(begun).size > kills
  })
}

/** Until the program says that it is about to start its app. */
async function begunToWork(program: UserProgram): Promise<void> {
  const lives = (): number => linesOf(program).filter((line) => line === 'lives').length
  const before = lives()
  await eventually('the program lives', () => lives() > before)
}

const rounds = Number(process.env['ENGRAM_TESTS_KILLS'] ?? 4)

test('a program that is killed at any moment, and started again, repeats no call that was done', async (t) => {
  const program = new UserProgram(t, DEPLOYMENT)
  const random = generator(Number(process.env['ENGRAM_TESTS_SEED'] ?? 17))
  for (let round = 0; round < rounds; round++) {
    const child = program.start()
    const saying = saidBy(child)
    await begunToWork(program)
    await sleep(random() * 60)
    child.kill('SIGKILL')
    const { code, stderr } = await within('the end of the program', saying)
    t.is(code, null, stderr)
  }
  put(program.directory, 'may-end', '')
  const epochs = Array.from({ length: 20 }, (_, epoch) => epoch)
  const deployed = epochs.map((epoch) => `step=${epoch}`)
  t.deepEqual(await within('the last run', program.run()), { epochs, deployed, sum: 36 })
  t.deepEqual(begunTooOften(linesOf(program), rounds), [])
})

test('what a listener has heard of is not done again after a kill', async (t) => {
  const program = new UserProgram(
    t,
    `${HEAD}
class Step extends Work {
  done: number[] = []
  async run(value: number) {
    log('begin ' + value)
    this.done.push(value)
    return value * 10
  }
}
class Steps extends Flow {
  step = new Step()
  run() {
    for (let value = 0; value < 5; value++) {
      this.step.run(value)
      if (value === 2 && process.argv[2] === 'die') process.kill(process.pid, 'SIGKILL')
    }
  }
}
const app = new App(new Steps(), { memory })
await app.start()
console.log(JSON.stringify({ done: app.state.step.done, last: app.root.step.lastResult }))
`,
  )
  t.is((await saidBy(program.start(['die']))).code, null)
  t.deepEqual(linesOf(program), ['begin 0', 'begin 1', 'begin 2'])
  t.deepEqual(await program.run(), { done: [0, 1, 2, 3, 4], last: 40 })
  t.deepEqual(linesOf(program), ['begin 0', 'begin 1', 'begin 2', 'begin 3', 'begin 4'])
  // That one ended in order: a new start begins anew.
  await program.run()
  t.is(linesOf(program).length, 10)
})

test('a loop goes on after a kill, and its schedule does not tick again', async (t) => {
  const program = new UserProgram(
    t,
    `${HEAD}
class Step extends Work {
  async run(value: number) {
    log('begin ' + value)
    if (value === 2 && process.argv[2] === 'die') process.kill(process.pid, 'SIGKILL')
  }
}
class Steps extends Flow {
  step = new Step()
  ticks = 0
  run() {
    if (this.schedule('0 0 1 1 *')) this.ticks++
    for (const value of this.iterate([0, 1, 2, 3])) this.step.run(value)
    this.stop()
  }
}
const app = new App(new Steps(), { memory })
await app.start()
console.log(JSON.stringify(app.state.ticks))
`,
  )
  t.is((await saidBy(program.start(['die']))).code, null)
  t.is(await program.run(), 1)
  t.deepEqual(linesOf(program), ['begin 0', 'begin 1', 'begin 2', 'begin 2', 'begin 3'])
})

// What a flow makes while it runs was not part of what came back after a crash: calls were remembered, their state was lost.
test('the state of a work that is assigned while the app runs, and of fields that run alone sets, comes back', async (t) => {
  const program = new UserProgram(
    t,
    `${HEAD}
class Step extends Work {
  async run(value: number) {
    log('begin ' + value)
    const self = this as any
    self.rows = [...(self.rows ?? []), value]
  }
}
class Steps extends Flow {
  run() {
    const self = this as any
    self.late ??= new Step()
    self.late.run(1)
    self.late.run(2)
    if (process.argv[2] === 'die') process.kill(process.pid, 'SIGKILL')
  }
}
const app = new App(new Steps(), { memory })
await app.start()
console.log(JSON.stringify((app.state as any).late.rows))
`,
  )
  t.is((await saidBy(program.start(['die']))).code, null)
  t.deepEqual(await program.run(), [1, 2])
  t.deepEqual(linesOf(program), ['begin 1', 'begin 2'])
})

test('resume: false begins anew after a kill, too', async (t) => {
  const program = new UserProgram(t, DEPLOYMENT)
  await killedAfter(program, 8)
  put(program.directory, 'may-end', '')
  program.edit("name: 'deployment'", "name: 'deployment', resume: false")
  const said = await program.run()
  t.is(said.sum, 36)
  t.is(linesOf(program).filter((line) => line === 'begin train 0').length, 2)
})

test("'store' remembers over programs that ended in order", async (t) => {
  const program = new UserProgram(
    t,
    `${HEAD}
class Step extends Work {
  async run(value: number) {
    log('begin ' + value)
    return value * 10
  }
}
class Steps extends Flow {
  step = new Step({ cacheCalls: 'store' })
  run() {
    for (let value = 0; value < 3; value++) this.step.run(value)
  }
}
const app = new App(new Steps(), { memory })
await app.start()
console.log(JSON.stringify(app.root.step.calls.map(({ state }) => state)))
`,
  )
  t.deepEqual(await program.run(), ['ran', 'ran', 'ran'])
  t.deepEqual(await program.run(), ['hit', 'hit', 'hit'])
  t.is(linesOf(program).length, 3)
})

test('a program of a name that runs in another process is refused, and is not when that was killed', async (t) => {
  const program = new UserProgram(
    t,
    `${HEAD}
class Waiting extends Flow {
  run() {
    if (!this.every('1h')) return
    log('runs')
    if (process.argv[2] === 'end') this.stop()
  }
}
try {
  await new App(new Waiting(), { memory }).start()
  console.log('"ended"')
} catch (error) {
  console.log(JSON.stringify((error as { code: string }).code))
}
`,
  )
  const first = program.start()
  const ended = once(first, 'exit')
  await eventually('it runs', () => linesOf(program).length === 1)
  t.is(await program.run('end'), 'ERR_WORK')
  first.kill('SIGKILL')
  await ended
  // The tick was answered: what comes back rests until the next one, so that it has to be begun anew.
  program.edit('{ memory }', '{ memory, resume: false }')
  t.is(await program.run('end'), 'ended')
})

// The tick is written as answered while its call is under way: after a crash nothing made that call until the next tick.
test('a call that was under way, and that a tick began, is made again after a kill', async (t) => {
  const program = new UserProgram(
    t,
    `${HEAD}
class Load extends Work {
  async run(day: string) {
    log('begin ' + day)
    await pause(50)
    if (process.argv[2] === 'die') process.kill(process.pid, 'SIGKILL')
  }
}
class Daily extends Flow {
  load = new Load({ parallel: true })
  run() {
    if (this.schedule('0 0 1 1 *')) this.load.run('today')
    if (process.argv[2] !== 'die' && this.load.hasSucceeded) this.stop()
  }
}
const app = new App(new Daily(), { memory })
setTimeout(() => app.stop(), 1500).unref()
await app.start()
console.log(JSON.stringify(app.state.load.status.stage))
`,
  )
  await saidBy(program.start(['die']))
  t.is(await program.run(), 'succeeded')
  t.is(linesOf(program).length, 2)
})
