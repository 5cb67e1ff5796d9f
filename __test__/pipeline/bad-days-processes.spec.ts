// Processes that share a directory, are killed, and go on with another program.
import test from 'ava'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { step } from '../../index.ts'
import { eventually } from '../kit/deadline.ts'
import { put } from '../kit/files.ts'
import { openPipeline, statesOf } from '../kit/pipelines.ts'
import { RunLog } from '../kit/run-log.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'
import { UserProgram, saidBy } from '../kit/user-program.ts'
import { collectWarnings } from '../kit/warnings.ts'

// Steps one to five, of which each waits for the one before it; they tell a file what they do.
const chain = `
import { appendFileSync, existsSync } from 'node:fs'
import { Pipeline, step } from 'engram'

const tell = (line) => appendFileSync('log', line + ' ' + process.pid + '\\n')
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const told = { captures: { ignore: ['tell', 'pause', 'existsSync'] } }
const next = (name, input, add) =>
  step(
    async (value) => {
      tell('start ' + name)
      await pause(20)
      tell('end ' + name)
      return value + add
    },
    { name, inputs: [input], ...told },
  )
const five = step(
  async (four) => {
    tell('start five')
    while (existsSync('hold')) await pause(10)
    return four * 10
  },
  { name: 'five', ...told },
)
const steps = [next('one', 'zero', 1), next('two', 'one', 1), next('three', 'two', 1), next('four', 'three', 1), five]
const pipeline = new Pipeline('chain', { cacheDir: './cache', context: { zero: 0 } }).addSteps(steps)
const result = (await pipeline.run()).orThrow()
const states = Object.fromEntries(Object.entries(result.stepResults).map(([name, { state }]) => [name, state]))
console.log(JSON.stringify({ states, last: result.get(steps.at(-1).stepName) }))
await pipeline.close()
`

const ran = { one: 'ran', two: 'ran', three: 'ran', four: 'ran', five: 'ran' }
const hit = { one: 'hit', two: 'hit', three: 'hit', four: 'hit', five: 'hit' }

test('a run that is killed in step 5 goes on at step 5', async (t) => {
  const user = await killedInFive(t)
  t.deepEqual(await user.run(), { states: { ...hit, five: 'ran' }, last: 40 })
  t.deepEqual(await user.run(), { states: hit, last: 40 })
})

test('a killed run goes on with other code, and with another input', async (t) => {
  const user = await killedInFive(t)
  user.edit(`next('three', 'two', 1)`, `next('three', 'two', 2)`)
  t.deepEqual(await user.run(), {
    states: { one: 'hit', two: 'hit', three: 'ran', four: 'ran', five: 'ran' },
    last: 50,
  })
  user.edit('zero: 0', 'zero: 1')
  t.deepEqual(await user.run(), { states: ran, last: 60 })
  user.edit('zero: 1', 'zero: 0')
  t.deepEqual(await user.run(), { states: hit, last: 50 })
})

test('a killed run goes on with fewer steps', async (t) => {
  const user = await killedInFive(t)
  user.edit(`, five]`, `]`)
  t.deepEqual(await user.run(), { states: { one: 'hit', two: 'hit', three: 'hit', four: 'hit' }, last: 4 })
  user.edit(`next('two', 'one', 1), `, '')
  user.edit(`'three', 'two'`, `'three', 'one'`)
  // What three takes is now 1, which it has not been given before.
  t.deepEqual(await user.run(), { states: { one: 'hit', three: 'ran', four: 'ran' }, last: 3 })
})

async function killedInFive(t: Parameters<typeof temporaryDirectory>[0]): Promise<UserProgram> {
  const user = new UserProgram(t, chain, 'program.mjs')
  const log = new RunLog(join(user.directory, 'log'))
  put(user.directory, 'hold', '')
  const child = user.start()
  await eventually('step five runs', () => log.has('start', 'five'))
  child.kill('SIGKILL')
  await saidBy(child)
  rmSync(join(user.directory, 'hold'))
  return user
}

test('the same pipeline in two processes at once: each step runs once', async (t) => {
  const user = new UserProgram(t, chain, 'program.mjs')
  const said = await Promise.all([saidBy(user.start()), saidBy(user.start()), saidBy(user.start())])
  const results = said.map(({ stdout }) => JSON.parse(stdout) as { states: Record<string, string>; last: number })
  t.deepEqual(
    results.map(({ last }) => last),
    [40, 40, 40],
  )
  for (const name of Object.keys(ran)) t.is(results.filter(({ states }) => states[name] === 'ran').length, 1, name)
})

test('two pipelines on one directory at once, in one process: each step runs once', async (t) => {
  const cacheDir = join(temporaryDirectory(t), 'store')
  const runs: string[] = []
  const slow = step(
    async (x: number) => {
      runs.push('slow')
      await sleep(20)
      return x + 1
    },
    { name: 'slow', captures: { ignore: ['runs', 'sleep'] } },
  )
  const after = step((slow: number) => (runs.push('after'), slow * 2), {
    name: 'after',
    captures: { ignore: ['runs'] },
  })
  const pipelines = [1, 2, 3].map((n) => openPipeline(t, { cacheDir }, `p${n}`).addStep(slow, after))
  const again = pipelines[0]!
  const results = await Promise.all([...pipelines, again].map((one) => one.run({ inputs: { x: 1 } })))
  for (const result of results) t.is(result.orThrow().outputs['after'], 4)
  t.deepEqual(runs, ['slow', 'after'])
  for (const name of ['slow', 'after'])
    t.is(results.filter((result) => result.stepResults[name]?.state === 'ran').length, 1)
  const joined = results.map((result) => result.stepResults['slow']!).filter(({ state }) => state === 'hit')
  t.true(joined.every(({ attempts, cached }) => attempts === 0 && cached))
})

test('a step that another process runs is waited for until the signal, and no longer', async (t) => {
  const user = new UserProgram(t, chain, 'program.mjs')
  const log = new RunLog(join(user.directory, 'log'))
  put(user.directory, 'hold', '')
  const child = user.start()
  await eventually('step five runs', () => log.has('start', 'five'))
  user.edit('await pipeline.run()', 'await pipeline.run({ signal: AbortSignal.timeout(300) })')
  user.edit('(await', 'await')
  user.edit(').orThrow()', '')
  user.edit('result.get(steps.at(-1).stepName)', 'result.state')
  t.deepEqual(await user.run(), { states: { ...hit, five: 'cancelled' }, last: 'cancelled' })
  child.kill('SIGKILL')
  await saidBy(child)
})

test('the directory is deleted in the middle: the run gives what it gives', async (t) => {
  collectWarnings()
  const cacheDir = join(temporaryDirectory(t), 'store')
  const large = step(() => new Uint8Array(300_000).fill(7), { name: 'large' })
  const deletes = step(
    (large: Uint8Array) => {
      rmSync(cacheDir, { recursive: true, force: true })
      return large.length
    },
    { name: 'deletes', captures: { ignore: ['cacheDir'] } },
  )
  const uses = step((deletes: number, large: Uint8Array) => [deletes, large[0]], { name: 'uses' })
  const pipeline = openPipeline(t, { cacheDir }).addStep(large, deletes, uses)
  const result = (await pipeline.run()).orThrow()
  t.deepEqual(result.outputs['uses'], [300_000, 7])
  t.true((await pipeline.run({ refresh: ['large'] })).success)
  t.is(typeof existsSync(cacheDir), 'boolean')
  const last = await openPipeline(t, { cacheDir: join(cacheDir, '..', 'other') })
    .addStep(large)
    .run()
  t.deepEqual(statesOf(last), { large: 'ran' })
})
