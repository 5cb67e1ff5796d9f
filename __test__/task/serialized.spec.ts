// cacheSerialize between processes and threads: one run for equal inputs at a time, whoever else calls.
import test, { type ExecutionContext } from 'ava'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../kit/deadline.ts'
import { put } from '../kit/files.ts'
import { RunLog } from '../kit/run-log.ts'
import { UserProgram, saidBy } from '../kit/user-program.ts'

// A task that tells a file when it runs, and that runs as long as there is a file 'hold'. Each call has another host, which is
// no part of its key.
const program = `
import { appendFileSync, existsSync } from 'node:fs'
import { Worker, isMainThread, threadId } from 'node:worker_threads'
import { Memory, launchPlan, task, workflow } from 'engram'

const [kind, calls] = [process.argv[2], Number(process.argv[3])]
const who = process.pid + '.' + threadId
const tell = (what) => appendFileSync('log', what + ' ' + who + ' 0\\n')
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const memory = new Memory('./cache')
const SPEC = { cache: true, cacheVersion: '1.0', cacheSerialize: kind !== 'alone' }
const slow = task(
  async ({ n, host }) => {
    tell('start slow ' + n)
    if (existsSync('fail')) while (existsSync('fail')) await pause(5)
    else if (kind !== 'short') await pause(1000)
    while (existsSync('hold')) await pause(5)
    if (existsSync('failed-' + process.pid)) throw new RangeError('of ' + host)
    tell('end slow ' + n)
    return n * n
  },
  { name: 'slow', memory, ...SPEC, cacheIgnoreInputVars: ['host'] },
)
const child = workflow(
  async ({ n }) => {
    tell('start child ' + n)
    while (existsSync('hold')) await pause(5)
    return [n, n]
  },
  { name: 'child' },
)
const plan = launchPlan.getOrCreate(child, 'plan')
const parent = workflow(
  ({ n, by }) => [1, 2, 3].map(() => (by === 'plan' ? plan : child)({ n }).withOverrides(SPEC)),
  { name: 'parent', memory },
)

async function results() {
  if (kind === 'workflows') return [await parent({ n: 2, by: 'workflow' }), await parent({ n: 2, by: 'plan' })]
  const all = Array.from({ length: calls }, (_, call) => slow({ n: 2, host: who + '-' + call }))
  return [...new Set(await Promise.all(all))]
}

if (isMainThread && kind === 'threads') {
  const workers = Array.from({ length: 4 }, () => new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) }))
  await Promise.all(workers.map((worker) => new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject))))
}
tell('start calling ' + kind)
const given = await results().catch((error) => error.message)
if (isMainThread) console.log(JSON.stringify(given))
await memory.close()
`

interface Group {
  readonly user: UserProgram
  readonly log: RunLog
  readonly start: (...args: string[]) => { kill: () => void; pid: number; result: Promise<unknown> }
}

function group(t: ExecutionContext): Group {
  const user = new UserProgram(t, program, 'program.mjs')
  const log = new RunLog(join(user.directory, 'log'))
  const start: Group['start'] = (...args) => {
    const child = user.start(args)
    t.teardown(() => child.kill('SIGKILL'))
    const said = saidBy(child)
    const result = said.then(({ code, stdout, stderr }) => {
      if (code === 0 && stderr === '') return JSON.parse(stdout) as unknown
      throw new Error(`exit ${code}: ${stderr}`)
    })
    result.catch(() => {})
    return { kill: () => child.kill('SIGKILL'), pid: child.pid!, result }
  }
  return { user, log, start }
}

test.serial('8 processes with 100 equal calls each of a task of 1 s: one run', async (t) => {
  const { log, start } = group(t)
  const results = await Promise.all(Array.from({ length: 8 }, () => start('long', '100').result))
  t.deepEqual(
    results,
    Array.from({ length: 8 }, () => [4]),
  )
  t.is(log.runs().filter(({ what }) => what === 'slow 2').length, 1)
  // Who comes later finds it.
  t.deepEqual(await start('long', '100').result, [4])
  t.is(log.runners('slow 2').length, 1)
})

test.serial('the holder is killed: another takes over, and the rest wait for that one', async (t) => {
  const { user, log, start } = group(t)
  put(user.directory, 'hold', '')
  const processes = Array.from({ length: 4 }, () => start('short', '10'))
  await eventually('all call', () => log.runners('calling short').length === 4)
  await eventually('one runs', () => log.runners('slow 2').length === 1)
  const [holder] = log.runners('slow 2')
  const killed = processes.find(({ pid }) => holder!.startsWith(`${pid}.`))!
  killed.kill()
  await eventually('another runs', () => log.runners('slow 2').length === 2)
  rmSync(join(user.directory, 'hold'))
  const others = processes.filter((one) => one !== killed)
  t.deepEqual(await Promise.all(others.map(({ result }) => result)), [[4], [4], [4]])
  t.is(log.runners('slow 2').length, 2)
  await t.throwsAsync(killed.result)
})

test.serial('the holder fails: its lease is back at once, and another process tries for itself', async (t) => {
  const { user, log, start } = group(t)
  put(user.directory, 'fail', '')
  const first = start('short', '10')
  await eventually('one runs', () => log.runners('slow 2').length === 1)
  const others = [start('short', '10'), start('short', '10')]
  await eventually('all call', () => log.runners('calling short').length === 3)
  put(user.directory, `failed-${first.pid}`, '')
  rmSync(join(user.directory, 'fail'))
  // All calls of the holder's process joined that run.
  t.regex(String(await first.result), /^of \d+\.0-\d$/)
  t.deepEqual(await Promise.all(others.map(({ result }) => result)), [[4], [4]])
  t.is(log.runners('slow 2').length, 2)
})

test.serial('without cacheSerialize, another process does not wait', async (t) => {
  const { user, log, start } = group(t)
  put(user.directory, 'hold', '')
  const processes = [start('alone', '10'), start('alone', '10')]
  await eventually('both run', () => log.runners('slow 2').length === 2)
  rmSync(join(user.directory, 'hold'))
  t.deepEqual(await Promise.all(processes.map(({ result }) => result)), [[4], [4]])
})

test.serial('worker threads of one process: one run', async (t) => {
  const { log, start } = group(t)
  t.deepEqual(await start('threads', '25').result, [4])
  t.is(log.runners('slow 2').length, 1)
  t.is(new Set(log.runners('calling threads')).size, 5)
})

test.serial('workflows and launch plans that are cached as nodes run once between processes too', async (t) => {
  const { user, log, start } = group(t)
  put(user.directory, 'hold', '')
  const processes = Array.from({ length: 3 }, () => start('workflows', '1'))
  await eventually('all call', () => log.runners('calling workflows').length === 3)
  await eventually('one runs', () => log.runners('child 2').length === 1)
  rmSync(join(user.directory, 'hold'))
  const list = [2, 2]
  const expected = [
    [list, list, list],
    [list, list, list],
  ]
  t.deepEqual(await Promise.all(processes.map(({ result }) => result)), [expected, expected, expected])
  t.is(log.runners('child 2').length, 1)
})
