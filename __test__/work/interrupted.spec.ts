// What a crash met halfway: between the end of a call and the next pass, or before a work is there again.
import test from 'ava'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { put } from '../kit/files.ts'
import { UserProgram, saidBy } from '../kit/user-program.ts'

const HEAD = `
import { appendFileSync } from 'node:fs'
import { App, Flow, Memory, Work } from 'engram'
const memory = new Memory({ location: './store' })
const log = (line: string) => appendFileSync('log', line + '\\n')
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const isFirst = process.argv[2] === 'die'
const die = () => process.kill(process.pid, 'SIGKILL')
`

function linesOf(program: UserProgram): string[] {
  const file = join(program.directory, 'log')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
}

async function dies(program: UserProgram): Promise<void> {
  const { code, stderr } = await saidBy(program.start(['die']))
  if (code !== null) throw new Error(`it did not die: ${stderr}`)
}

// A call that had been counted was found in the store by the next process, and counted once more. One that was stored, and not yet
// counted, was written as under way.
for (const isParallel of [false, true]) {
  test(`a call counts once, though a crash follows its end: parallel ${isParallel}`, async (t) => {
    const program = new UserProgram(
      t,
      `${HEAD}
class Step extends Work {
  async run(value: number) {
    log('begin ' + value)
    return value
  }
}
class Steps extends Flow {
  step = new Step({ parallel: ${isParallel} })
  run() {
    for (let value = 0; value < 5; value++) this.step.run(value)
  }
}
const app = new App(new Steps(), { memory })
let over = 0
app.on('call', () => {
  if (++over === 3 && isFirst) die()
})
await app.start()
const { numSuccesses, statuses } = app.root.step
console.log(JSON.stringify({ numSuccesses, last: statuses.at(-1)!.stage }))
`,
    )
    await dies(program)
    t.deepEqual(await program.run(), { numSuccesses: 5, last: 'succeeded' })
    t.deepEqual(
      linesOf(program),
      [0, 1, 2, 3, 4].map((value) => `begin ${value}`),
    )
  })
}

// Only works that were there when the app started made the calls again that a crash had met.
test('a call that a crash met is made again by a work that is assigned later', async (t) => {
  const program = new UserProgram(
    t,
    `${HEAD}
class Load extends Work {
  rows = 0
  async run(day: string) {
    log('begin ' + day)
    await pause(20)
    if (isFirst && day === 'one') die()
    this.rows++
  }
}
class Inner extends Flow {
  load = new Load({ parallel: true })
  run() {}
}
class Daily extends Flow {
  passes = 0
  run() {
    const self = this as any
    if (this.passes < 5) this.passes++
    if (this.passes >= 3) self.inner ??= new Inner()
    if (isFirst && this.passes === 3) for (const day of ['one', 'two']) self.inner.load.run(day)
  }
}
const app = new App(new Daily(), { memory })
await app.start()
console.log(JSON.stringify((app.state as any).inner.load.rows))
`,
  )
  await dies(program)
  t.is(await program.run(), 2)
  t.deepEqual(linesOf(program), ['begin one', 'begin one', 'begin two'])
})

// The thread stores the result of a call; its state was written after the next pass. An app that died between the two had done the call, and
// never had its state.
for (const rows of [2, 10_000]) {
  test(`the state that a work in a thread has at the end of a call is there, though a crash follows: ${rows} rows`, async (t) => {
    const program = new UserProgram(
      t,
      `${HEAD}
import Load from './load.ts'
class Loading extends Flow {
  load = new Load({ parallel: true, thread: new URL('./load.ts', import.meta.url) })
  run() {
    for (const day of [1, 2]) this.load.run(day)
  }
}
const app = new App(new Loading(), { memory })
let over = 0
app.on('call', () => {
  if (++over === 2 && isFirst) die()
})
await app.start()
const { rows, numSuccesses } = app.root.load
console.log(JSON.stringify({ rows: rows.length, days: [rows[0], rows.at(-1)], numSuccesses }))
`,
    )
    put(
      program.directory,
      'load.ts',
      `
import { appendFileSync } from 'node:fs'
import { Work } from 'engram'
export default class Load extends Work {
  rows: number[] = []
  run(day: number) {
    appendFileSync('log', 'begin ' + day + '\\n')
    this.rows = [...this.rows, ...Array(${rows / 2}).fill(day)]
    return day
  }
}
`,
    )
    await dies(program)
    t.deepEqual(await program.run(), { rows, days: [1, 2], numSuccesses: 2 })
    t.deepEqual(linesOf(program), ['begin 1', 'begin 2'])
  })
}

// With each call that ended, all that waited were written: thousands of them took a hundred times as long as they take one by one.
for (const count of [10, 40]) {
  test(`calls that waited when the crash came are made again, in their order: ${count}`, async (t) => {
    const program = new UserProgram(
      t,
      `${HEAD}
class Step extends Work {
  made: number[] = []
  async run(value: number) {
    log('begin ' + value)
    if (isFirst && value === 5) die()
    this.made.push(value)
    await pause(1)
  }
}
class Steps extends Flow {
  step = new Step({ parallel: true })
  run() {
    if (!this.schedule('0 0 1 1 *')) return this.step.hasSucceeded ? this.stop() : undefined
    for (let value = 0; value < ${count}; value++) this.step.run(value)
  }
}
const app = new App(new Steps(), { memory })
await app.start()
console.log(JSON.stringify({ made: app.state.step.made, successes: app.root.step.numSuccesses }))
`,
    )
    await dies(program)
    const all = Array.from({ length: count }, (_, value) => value)
    t.deepEqual(await program.run(), { made: all, successes: count })
    t.deepEqual(
      linesOf(program),
      [...all.slice(0, 6), ...all.slice(5)].map((value) => `begin ${value}`),
    )
  })
}
