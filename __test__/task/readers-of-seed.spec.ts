// What a reader of Union's article on caching will try first, as they would write it here.
import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { LaunchPlan, type NodeCall, createNode, hashMethod, task, workflow } from '../../index.ts'
import { ownLocalCache, refusedTask, statesOfLastRun } from '../kit/tasks.ts'

type Numbers = { a: number; b: number; c: number }
const CACHED = { cache: true, cacheVersion: '1.0', cacheSerialize: true } as const

/** The seed's task and workflows, and how often each ran. */
function example() {
  const runs = { sum: 0, childWf: 0 }
  const sum = task(
    ({ a, b, c }: Numbers): number => {
      runs.sum++
      return a + b + c
    },
    { name: 'sum', ...CACHED },
  )
  const childWf = workflow(
    ({ a, b, c }: Numbers) => {
      runs.childWf++
      return [1, 2, 3, 4, 5].map(() => sum({ a, b, c }))
    },
    { name: 'child_wf' },
  )
  const childLp = LaunchPlan.getOrCreate(childWf)
  const parentWithSubwf = workflow(
    ({ input = 0 }: { input?: number }) => [1, 2, 3].map(() => childWf({ a: input, b: 3, c: 4 }).withOverrides(CACHED)),
    { name: 'parent_wf_with_subwf' },
  )
  const parentWithSublp = workflow(
    ({ input = 0 }: { input?: number }) => [1, 2, 3].map(() => childLp({ a: input, b: 1, c: 2 }).withOverrides(CACHED)),
    { name: 'parent_wf_with_sublp' },
  )
  return { runs, sum, childWf, childLp, parentWithSubwf, parentWithSublp }
}

test.serial('the example: five equal calls of a task in three equal calls of a workflow run once', async (t) => {
  const memory = ownLocalCache(t)
  const { runs, parentWithSubwf } = example()
  const sevens = [7, 7, 7, 7, 7]
  t.deepEqual(await parentWithSubwf(), [sevens, sevens, sevens])
  t.deepEqual(runs, { sum: 1, childWf: 1 })
  t.deepEqual(statesOfLastRun(memory).sort(), [
    'child_wf hit',
    'child_wf hit',
    'child_wf ran',
    'sum hit',
    'sum hit',
    'sum hit',
    'sum hit',
    'sum ran',
  ])
  t.deepEqual(await parentWithSubwf(), [sevens, sevens, sevens])
  t.deepEqual(runs, { sum: 1, childWf: 1 })
  t.deepEqual(statesOfLastRun(memory), ['child_wf hit', 'child_wf hit', 'child_wf hit'])
})

test.serial('the example: a launch plan is cached as its workflow is', async (t) => {
  const memory = ownLocalCache(t)
  const { runs, parentWithSublp, childWf } = example()
  await parentWithSublp()
  t.deepEqual(runs, { sum: 1, childWf: 1 })
  await parentWithSublp({ input: 0 })
  t.deepEqual(runs, { sum: 1, childWf: 1 })
  t.deepEqual(statesOfLastRun(memory), ['child_wf hit', 'child_wf hit', 'child_wf hit'])
  await parentWithSublp({ input: 1 })
  t.deepEqual(runs, { sum: 2, childWf: 2 })

  // What the plan stored, its workflow finds.
  const parent = workflow(() => childWf({ a: 1, b: 1, c: 2 }).withOverrides(CACHED), { name: 'other_parent' })
  t.deepEqual(await parent(), [4, 4, 4, 4, 4])
  t.deepEqual(runs, { sum: 2, childWf: 2 })
})

test.serial('the example: called from outside, the task gives what the workflow stored', async (t) => {
  ownLocalCache(t)
  const { runs, sum, parentWithSubwf } = example()
  await parentWithSubwf({ input: 2 })
  t.is(await sum({ a: 2, b: 3, c: 4 }), 9)
  t.is(runs.sum, 1)
  t.is(await sum({ a: 3, b: 3, c: 4 }), 10)
  t.is(runs.sum, 2)
})

test.serial('workflows and launch plans that are called at the top always run', async (t) => {
  ownLocalCache(t)
  const { runs, childWf, childLp } = example()
  for (const node of [childWf, childWf, childLp, childWf.withOverrides(CACHED)]) await node({ a: 1, b: 2, c: 3 })
  t.deepEqual(runs, { sum: 1, childWf: 4 })
})

test.serial('caching is off unless a task asks for it', async (t) => {
  const memory = ownLocalCache(t)
  let runs = 0
  const send = task(({ n }: { n: number }) => (runs++, n), { name: 'send' })
  t.deepEqual([await send({ n: 1 }), await send({ n: 1 })], [1, 1])
  t.is(runs, 2)
  t.deepEqual([...memory.entries()], [])
  await refusedTask(t, () => task(({ n }: { n: number }) => n, { name: 'square', cache: true }), 'cacheVersion')
})

test.serial('the version: 1.0, then 1.1, then 1.0 again finds what 1.0 stored', async (t) => {
  const memory = ownLocalCache(t)
  const runs: string[] = []
  const squares = (version: string, add: number) =>
    task(({ n }: { n: number }) => (runs.push(version), n * n + add), {
      ...CACHED,
      name: 't',
      cacheVersion: version,
    })
  t.is(await squares('1.0', 0)({ n: 3 }), 9)
  t.is(await squares('1.1', 1)({ n: 3 }), 10)
  t.is(await squares('1.1', 1)({ n: 3 }), 10)
  t.is(await squares('1.0', 0)({ n: 3 }), 9)
  t.deepEqual(runs, ['1.0', '1.1'])
  // What a bump left behind goes when it is asked to.
  t.is([...memory.entries({ name: 't' })].length, 2)
})

test.serial('under the same version, an edited body gives what the old one stored', async (t) => {
  ownLocalCache(t)
  const before = task(({ n }: { n: number }) => n * n, { name: 't', ...CACHED })
  const edited = task(({ n }: { n: number }) => n ** 3, { name: 't', ...CACHED })
  const byCode = task(({ n }: { n: number }) => n ** 3, { name: 't', cache: 'auto' })
  t.is(await before({ n: 3 }), 9)
  t.is(await edited({ n: 3 }), 9)
  t.is(await byCode({ n: 3 }), 27)
})

test.serial('the signature: an input added, removed or renamed, another type of one, another output', async (t) => {
  ownLocalCache(t)
  let runs = 0
  const counting = (_: object): number => ++runs
  const declared = (inputs: object, outputs?: object) =>
    task(counting, { name: 't', ...CACHED, inputs: inputs as never, ...(outputs && { outputs: outputs as never }) })
  const original = declared({ n: 'int' })
  t.is(await original({ n: 1 } as never), 1)
  t.is(await declared({ n: 'float' })({ n: 1 } as never), 2)
  t.is(await declared({ m: 'int' })({ m: 1 } as never), 3)
  t.is(await declared({ n: 'int' }, { o0: 'int' })({ n: 1 } as never), 4)
  t.is(await declared({ n: 'int' }, { o0: 'float' })({ n: 1 } as never), 5)
  t.is(await declared({ n: 'int' }, { squared: 'float' })({ n: 1 } as never), 6)
  t.is(await original({ n: 1 } as never), 1)

  // As far as a function's text says it, it need not be declared.
  const inferred = [
    task(({ n }: { n: number }) => counting({ n }), { name: 'u', ...CACHED }),
    task(({ n, limit = 10 }: { n: number; limit?: number }) => counting({ n, limit }), { name: 'u', ...CACHED }),
  ] as const
  t.deepEqual([await inferred[0]({ n: 1 }), await inferred[1]({ n: 1 }), await inferred[0]({ n: 1 })], [7, 8, 7])
})

test.serial('project and domain are never crossed', async (t) => {
  ownLocalCache(t)
  let runs = 0
  const at = (place: { project?: string; domain?: string }) =>
    task(({ n }: { n: number }) => (runs++, `${n}`), { name: 't', ...CACHED, ...place })
  const places = [
    {},
    { project: 'a' },
    { project: 'b' },
    { domain: 'a' },
    { project: 'a', domain: 'production' },
    { project: 'a', domain: 'staging' },
  ]
  for (const place of [...places, ...places]) await at(place)({ n: 1 })
  t.is(runs, places.length)
})

test.serial('serialised: equal calls at once run once, in one workflow or in several', async (t) => {
  ownLocalCache(t)
  let runs = 0
  const squared = task(
    async ({ n }: { n: number }) => {
      runs++
      await sleep(20)
      return n * n
    },
    { name: 't', ...CACHED },
  )
  const one = workflow(() => Array.from({ length: 50 }, () => squared({ n: 2 })), { name: 'one' })
  const other = workflow(async () => (await squared({ n: 2 })) + 1, { name: 'other' })
  const results = await Promise.all([one(), other(), squared({ n: 2 }), one(), other()])
  t.deepEqual(
    results[0],
    Array.from({ length: 50 }, () => 4),
  )
  t.deepEqual([results[1], results[2], results[4]], [5, 4, 5])
  t.is(runs, 1)
})

test.serial('ignored inputs are not in the key, and enter no reservation', async (t) => {
  ownLocalCache(t)
  const runs: string[] = []
  const load = task(
    async ({ path, host }: { path: string; host: string }) => {
      runs.push(host)
      await sleep(5)
      return `rows of ${path}`
    },
    { name: 'load', ...CACHED, cacheIgnoreInputVars: ['host'] },
  )
  const hosts = ['a', 'b', 'c', 'd']
  const both = await Promise.all(hosts.map((host) => load({ path: 'x', host })))
  t.deepEqual(
    both,
    hosts.map(() => 'rows of x'),
  )
  t.is(await load({ path: 'x', host: 'e' }), 'rows of x')
  t.deepEqual(runs, ['a'])
  await load({ path: 'y', host: 'e' })
  t.deepEqual(runs, ['a', 'e'])
})

test.serial('a task is cached where it is defined, or where it is called', async (t) => {
  ownLocalCache(t)
  let runs = 0
  const plain = task(({ n }: { n: number }) => (runs++, n), { name: 'plain' })
  const cached = plain.withOverrides({ cache: true, cacheVersion: '1.0' })
  for (const _ of [1, 2]) await cached({ n: 1 })
  t.is(runs, 1)
  for (const _ of [1, 2]) await plain({ n: 1 }).withOverrides({ cache: true, cacheVersion: '1.0' })
  t.is(runs, 1)
  for (const _ of [1, 2]) await cached({ n: 1 }).withOverrides({ cache: false })
  t.is(runs, 3)
  await cached({ n: 1 }).withOverrides({ cacheVersion: '1.1' })
  t.is(runs, 4)
  await plain({ n: 1 })
  t.is(runs, 5)
})

interface DataFrame {
  readonly columns: Record<string, Float64Array>
}

const hashDataFrame = ({ columns }: DataFrame): string =>
  Object.entries(columns)
    .map(([name, values]) => `${name}:${values.join()}`)
    .join()

test.serial('offloaded objects: a data frame counts by its value, with and without a hash method', async (t) => {
  ownLocalCache(t)
  const runs: string[] = []
  const frame = (a: number): DataFrame => ({ columns: { column_1: Float64Array.of(a, 2, 3) } })
  const foo = task(({ a, b }: { a: number; b: string }) => frame(a + b.length), { name: 'foo' })
  const foo1 = task(({ a, b }: { a: number; b: string }) => frame(a + b.length), {
    name: 'foo_1',
    outputs: { o0: hashMethod(hashDataFrame) },
  })
  const bar = task(({ df }: { df: DataFrame }) => (runs.push('bar'), df.columns['column_1']!.length), {
    name: 'bar',
    cache: true,
    cacheVersion: '1.0',
  })
  const wf = workflow(({ a, b }: { a: number; b: string }) => bar({ df: foo({ a, b }) }), { name: 'wf' })
  const wf1 = workflow(({ a, b }: { a: number; b: string }) => bar({ df: foo1({ a, b }) }), { name: 'wf_1' })
  for (const _ of [1, 2]) t.is(await wf({ a: 1, b: 'x' }), 3)
  t.is(runs.length, 1)
  for (const _ of [1, 2]) t.is(await wf1({ a: 1, b: 'x' }), 3)
  t.is(runs.length, 2)
  t.is(await wf1({ a: 2, b: 'x' }), 3)
  t.is(runs.length, 3)
})

test.serial('the complete example: the second call of a node waits for the first, and hits', async (t) => {
  const memory = ownLocalCache(t)
  let [read, processed] = [0, 0]
  const uncachedDataReadingTask = task((): DataFrame => (read++, { columns: { column_1: Float64Array.of(1, 2, 3) } }), {
    name: 'uncached_data_reading_task',
    outputs: { o0: hashMethod(hashDataFrame) },
  })
  const cachedDataProcessingTask = task(
    async ({ df }: { df: DataFrame }): Promise<DataFrame> => {
      processed++
      await sleep(5)
      return { columns: { column_1: df.columns['column_1']!.map((x) => x * 2) } }
    },
    { name: 'cached_data_processing_task', cache: true, cacheVersion: '1.0' },
  )
  const compareDataFrames = task(
    ({ df1, df2 }: { df1: DataFrame; df2: DataFrame }) => {
      t.deepEqual(df1, df2)
      t.deepEqual(df1.columns['column_1'], Float64Array.of(2, 4, 6))
      t.not(df1, df2)
    },
    { name: 'compare_dataframes' },
  )
  const cachedDataFrameWf = workflow(
    () => {
      const rawData = uncachedDataReadingTask()
      const t1: NodeCall<DataFrame> = createNode(cachedDataProcessingTask, { df: rawData })
      const t2 = createNode(cachedDataProcessingTask, { df: rawData })
      t1.runsBefore(t2)
      compareDataFrames({ df1: t1.o0, df2: t2.o0 })
    },
    { name: 'cached_dataframe_wf' },
  )
  t.is(await cachedDataFrameWf(), undefined)
  t.deepEqual([read, processed], [1, 1])
  t.deepEqual(statesOfLastRun(memory), [
    'uncached_data_reading_task ran',
    'cached_data_processing_task ran',
    'cached_data_processing_task hit',
    'compare_dataframes ran',
  ])
  await cachedDataFrameWf()
  t.deepEqual([read, processed], [2, 1])
})
