import test, { type ExecutionContext } from 'ava'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { eventually, within } from '../kit/deadline.ts'
import { put } from '../kit/files.ts'
import { UserProgram } from '../kit/user-program.ts'

const PROGRAM = `
import { Pipeline, fileOf } from 'engram'
import { scaled } from './steps.mjs'

const pipeline = new Pipeline('watched', { cacheDir: 'store' })
const result = pipeline.step(scaled, fileOf('rows.json'))
const controller = new AbortController()
process.once('SIGTERM', () => controller.abort())
for await (const run of pipeline.watch({ signal: controller.signal }))
{
  console.log(JSON.stringify({ pid: process.pid, ppid: process.ppid, args: process.argv.slice(2), value: run.get(result) }))
  if (run.get(result) === 99) break
}
await pipeline.close()
process.exitCode = 7
`
const STEPS = `
import { readFileSync } from 'node:fs'
import { rate } from './rate.mjs'
export function scaled(file) {
  return JSON.parse(readFileSync(file.path, 'utf8')) * rate
}
`

interface Line {
  readonly pid: number
  readonly ppid: number
  readonly args: readonly string[]
  readonly value: number
}

/** A program that watches, and what it says. */
class WatchingProgram {
  readonly directory: string
  readonly process: ChildProcess
  #stdout = ''
  stderr = ''

  constructor(t: ExecutionContext) {
    const program = new UserProgram(t, PROGRAM, 'program.mjs')
    this.directory = program.directory
    put(this.directory, 'steps.mjs', STEPS)
    put(this.directory, 'rate.mjs', 'export const rate = 2\n')
    put(this.directory, 'rows.json', '3')
    this.process = program.start(['--name', 'x'])
    this.process.stdout!.on('data', (text) => (this.#stdout += text))
    this.process.stderr!.on('data', (text) => (this.stderr += text))
    t.teardown(() => this.process.kill('SIGKILL'))
  }

  get lines(): Line[] {
    const lines = this.#stdout.split('\n').filter((line) => line !== '')
    return lines.map((line) => JSON.parse(line) as Line)
  }

  async line(count: number): Promise<Line> {
    await eventually(`line ${count}`, () => this.lines.length >= count)
    return this.lines[count - 1]!
  }
}

test('code that changes starts the program anew, which asks for the next time itself; its end is the end of all', async (t) => {
  const watching = new WatchingProgram(t)
  const first = await watching.line(1)
  t.deepEqual([first.value, first.args], [6, ['--name', 'x']])
  put(watching.directory, 'rows.json', '4')
  t.deepEqual(await watching.line(2), { ...first, value: 8 })

  // A module that the step's module imports: the value is no function of its own.
  put(watching.directory, 'rate.mjs', 'export const rate = 10\n')
  const third = await watching.line(3)
  t.deepEqual([third.value, third.args, third.ppid], [40, first.args, first.pid])
  put(watching.directory, 'rows.json', '5')
  t.deepEqual(await watching.line(4), { ...third, value: 50 })
  put(watching.directory, 'steps.mjs', STEPS.replace('* rate', '+ rate'))
  const fifth = await watching.line(5)
  t.deepEqual([fifth.value, fifth.ppid], [15, first.pid])
  t.not(fifth.pid, third.pid)

  const ended = once(watching.process, 'exit')
  watching.process.kill('SIGTERM')
  t.deepEqual(await within('the end', ended), [7, null])
  t.is(watching.stderr, '')
  t.throws(() => process.kill(fifth.pid, 0), { code: 'ESRCH' })
})

test('a program that does not load any more is started again when its code changes once more', async (t) => {
  const watching = new WatchingProgram(t)
  await watching.line(1)
  put(watching.directory, 'rate.mjs', 'export const rate =\n')
  await eventually('it is said', () => watching.stderr.includes('started again when its code changes'))
  t.is(watching.stderr.split('SyntaxError').length, 2)
  put(watching.directory, 'rate.mjs', 'export const rate = 5\n')
  t.is((await watching.line(2)).value, 15)
  // It ends by itself, and the first process as it does.
  const ended = once(watching.process, 'exit')
  put(watching.directory, 'rate.mjs', 'export const rate = 33\n')
  t.deepEqual(await within('the end', ended), [7, null])
})

test('a program that was started anew ends with the one that started it', async (t) => {
  const watching = new WatchingProgram(t)
  await watching.line(1)
  put(watching.directory, 'rate.mjs', 'export const rate = 5\n')
  const { pid } = await watching.line(2)
  watching.process.kill('SIGKILL')
  await eventually('it has ended', () => {
    try {
      return !process.kill(pid, 0)
    } catch {
      return true
    }
  })
  t.pass()
})
