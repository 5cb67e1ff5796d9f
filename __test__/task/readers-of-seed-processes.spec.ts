// What a reader of Union's article on caching will try first, as programs that are run, edited, and run again.
import test from 'ava'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UserProgram } from '../kit/user-program.ts'

// Its home is its own folder: results are kept below it.
const HOME = `process.env['HOME'] = process.env['USERPROFILE'] = process.cwd()\n`

const complete = `
import { setTimeout as sleep } from 'node:timers/promises'
import { createNode, hashMethod, task, workflow } from 'engram'
${HOME}
type DataFrame = Record<string, Float64Array>
const ran: string[] = []

function hashDataFrame(df: DataFrame): string {
  return JSON.stringify(Object.entries(df).map(([name, column]) => [name, ...column]))
}

const uncachedDataReadingTask = task(
  (): DataFrame => {
    ran.push('read')
    return { column_1: Float64Array.of(1, 2, 3) }
  },
  { outputs: { o0: hashMethod(hashDataFrame) } },
)

const cachedDataProcessingTask = task(
  async function cachedDataProcessingTask({ df }: { df: DataFrame }): Promise<DataFrame> {
    ran.push('process')
    await sleep(1)
    return Object.fromEntries(Object.entries(df).map(([name, column]) => [name, column.map((x) => x * 2)]))
  },
  { cache: true, cacheVersion: '1.0' },
)

const compareDataFrames = task(({ df1, df2 }: { df1: DataFrame; df2: DataFrame }) => {
  if (hashDataFrame(df1) !== hashDataFrame(df2)) throw new Error('they differ')
})

const cachedDataFrameWf = workflow(async () => {
  const rawData = uncachedDataReadingTask()
  const t1 = createNode(cachedDataProcessingTask, { df: rawData })
  const t2 = createNode(cachedDataProcessingTask, { df: rawData })
  t1.runsBefore(t2)
  compareDataFrames({ df1: t1.o0, df2: t2.o0 })
})

const df1 = await cachedDataFrameWf()
console.log(JSON.stringify({ ran, df1: df1 ?? null }))
`

test('the complete example, run twice: what was processed once is found', async (t) => {
  const user = new UserProgram(t, complete)
  t.deepEqual(await user.runByTsx(), { ran: ['read', 'process'], df1: null })
  t.true(existsSync(join(user.directory, '.engram/local-cache')))
  t.deepEqual(await user.runByTsx(), { ran: ['read'], df1: null })
  // The hash method decides, and the body does not.
  user.edit('x * 2', 'x * 3')
  t.deepEqual(await user.runByTsx(), { ran: ['read'], df1: null })
  user.edit('(1, 2, 3)', '(1, 2, 4)')
  t.deepEqual(await user.runByTsx(), { ran: ['read', 'process'], df1: null })
  user.edit(`cacheVersion: '1.0'`, `cacheVersion: '1.1'`)
  t.deepEqual(await user.runByTsx(), { ran: ['read', 'process'], df1: null })
})

const versions = `
import { localCache, task } from 'engram'
${HOME}
let runs = 0
const t = task(
  function t({ n }: { n: number }) {
    runs++
    return n * n
  },
  { cache: true, cacheVersion: '1.0', cacheSerialize: true },
)
const [cleared, before] = process.argv[2] === 'clear' ? [localCache.clear(), runs] : [0, runs]
const all = await Promise.all([t({ n: 2 }), t({ n: 2 }), t({ n: 2 })])
console.log(JSON.stringify({ all: [...new Set(all)], runs: runs - before, cleared, location: localCache.location }))
`

test('the version: 1.0 to 1.1 and back, between runs of the program', async (t) => {
  const user = new UserProgram(t, versions)
  const said = async (...args: string[]): Promise<unknown> => {
    const { all, runs, cleared } = await user.run(...args)
    return [all, runs, cleared]
  }
  t.deepEqual(await said(), [[4], 1, 0])
  t.deepEqual(await said(), [[4], 0, 0])
  user.edit('n * n', 'n * n + 1')
  t.deepEqual(await said(), [[4], 0, 0])
  user.edit(`'1.0'`, `'1.1'`)
  t.deepEqual(await said(), [[5], 1, 0])
  user.edit(`'1.1'`, `'1.0'`)
  t.deepEqual(await said(), [[4], 0, 0])
  // Documentation, names of variables and whitespace are no change of a signature.
  user.edit('{ n }: { n: number }', '{\n  /** What is squared. */ n }: { n: number }')
  t.deepEqual(await said(), [[4], 0, 0])
  user.edit('runs++', 'runs++ // counts')
  t.deepEqual(await said(), [[4], 0, 0])
  user.edit('n }: { n: number }', 'n, add = 0 }: { n: number; add?: number }')
  t.deepEqual(await said(), [[5], 1, 0])
  // As \`local-cache clear\`.
  t.deepEqual(await said('clear'), [[5], 1, 3])
  t.deepEqual(await said(), [[5], 0, 0])
})

test('ENGRAM_LOCAL_CACHE says where results are kept, and ENGRAM_PROJECT and ENGRAM_DOMAIN whose they are', async (t) => {
  const user = new UserProgram(t, versions)
  user.edit('let runs = 0', `process.env['ENGRAM_LOCAL_CACHE'] = './elsewhere'\nlet runs = 0`)
  const { location, runs } = await user.run()
  t.is(location, join(user.directory, 'elsewhere'))
  t.is(runs, 1)
  t.true(existsSync(location))
  t.false(existsSync(join(user.directory, '.engram')))
  for (const [name, value] of [
    ['PROJECT', 'p'],
    ['PROJECT', 'q'],
    ['DOMAIN', 'p'],
    ['DOMAIN', 'staging'],
  ]) {
    user.edit('let runs = 0', `process.env['ENGRAM_${name}'] = '${value}'\nlet runs = 0`)
    t.is((await user.run()).runs, 1, `${name} ${value}`)
    t.is((await user.run()).runs, 0)
  }
})

const auto = `
import { task } from 'engram'
${HOME}
let runs = 0
const RATE = 2
function rated(n) {
  return n * RATE
}
const t = task(
  ({ n }) => {
    runs++
    return rated(n)
  },
  { name: 't', cache: 'auto' },
)
console.log(JSON.stringify([await t({ n: 2 }), runs]))
`

test(`'auto': the version is the code, with what it captured and the helpers that it reaches`, async (t) => {
  const user = new UserProgram(t, auto, 'program.mjs')
  t.deepEqual(await user.run(), [4, 1])
  t.deepEqual(await user.run(), [4, 0])
  user.edit('runs++', 'runs++ // a comment')
  t.deepEqual(await user.run(), [4, 0])
  user.edit('const RATE = 2', 'const RATE = 3')
  t.deepEqual(await user.run(), [6, 1])
  user.edit('n * RATE', 'n * RATE + 1')
  t.deepEqual(await user.run(), [7, 1])
  user.edit('const RATE = 3', 'const RATE = 2')
  user.edit('n * RATE + 1', 'n * RATE')
  t.deepEqual(await user.run(), [4, 0])
})
