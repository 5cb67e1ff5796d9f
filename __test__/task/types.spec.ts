// What the compiler must say of tasks and workflows: `npm run check` reads this file, and a wrong type is an error there.
import test from 'ava'
import {
  type CachePolicy,
  type CacheSpec,
  LaunchPlan,
  type Node,
  type NodeCall,
  type Payload,
  type TaskOptions,
  createNode,
  hashMethod,
  launchPlan,
  task,
  taskEnvironment,
  type,
  withRunContext,
  workflow,
} from '../../index.ts'
import { ownLocalCache } from '../kit/tasks.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <T extends true>(): T => true as T

const CACHED = { cache: true, cacheVersion: '1.0', cacheSerialize: true } as const
type Numbers = { a: number; b: number; c: number }
const sum = task(
  function sum({ a, b, c }: Numbers) {
    return a + b + c
  },
  { cache: true, cacheVersion: '1.0', cacheSerialize: true },
)
const childWf = workflow(async ({ a, b, c }: Numbers) => Promise.all([1, 2, 3, 4, 5].map(() => sum({ a, b, c }))), {
  name: 'child_wf',
})

test.serial('workflows and launch plans have the types of their functions', async (t) => {
  ownLocalCache(t)
  const childLp = launchPlan.getOrCreate(childWf)
  is<Equal<typeof childLp, typeof childWf>>()
  t.is(LaunchPlan, launchPlan)
  const parent = workflow(async ({ input }: { input: number }) =>
    Promise.all([1, 2, 3].map(() => childWf({ a: input, b: 3, c: 4 }).withOverrides(CACHED))),
  )
  const parentLp = workflow(async ({ input }: { input: number }) =>
    Promise.all(
      [1, 2, 3].map(() => childLp.withOverrides({ cache: true, cacheVersion: '1.0' })({ a: input, b: 1, c: 2 })),
    ),
  )
  const lists: number[][] = await parent({ input: 0 })
  t.deepEqual(
    [lists[0], (await parentLp({ input: 0 }))[2]],
    [
      [7, 7, 7, 7, 7],
      [3, 3, 3, 3, 3],
    ],
  )
})

// The seed's workflow returns a list of calls that nobody awaited; its type said so, though what came were their results.
test.serial('calls that a function returns have the type of their results', async (t) => {
  ownLocalCache(t)
  const list = workflow(({ a }: { a: number }) => [1, 2].map((b) => sum({ a, b, c: 0 })), { name: 'list' })
  is<Equal<Awaited<ReturnType<typeof list>>, number[]>>()
  const nested = workflow(() => ({ all: [list({ a: 1 })], one: sum({ a: 1, b: 2, c: 3 }), text: 'x' }), { name: 'n' })
  is<Equal<Awaited<ReturnType<typeof nested>>, { all: number[][]; one: number; text: string }>>()
  t.deepEqual(await nested(), { all: [[2, 3]], one: 6, text: 'x' })
  const lists = workflow(() => [[sum({ a: 1, b: 2, c: 3 })]], { name: 'lists' })
  is<Equal<Awaited<ReturnType<typeof lists>>, number[][]>>()
  t.deepEqual(await lists(), [[6]])
  const only = workflow(() => sum({ a: 1, b: 2, c: 3 }), { name: 'only' })
  is<Equal<Awaited<ReturnType<typeof only>>, number>>()
  t.is(await only(), 6)
  // What holds no calls keeps its type.
  const other = workflow((): { at: Date; any: any; nothing: undefined } => ({
    at: new Date(0),
    any: 1,
    nothing: undefined,
  }))
  is<Equal<Awaited<ReturnType<typeof other>>, { at: Date; any: any; nothing: undefined }>>()
  const bytes = task(() => new Uint8Array(1))
  is<Equal<Awaited<ReturnType<typeof bytes>>, Uint8Array<ArrayBuffer>>>()
  const whatever = task((): any => 1)
  is<Equal<Awaited<ReturnType<typeof whatever>>, any>>()
  const unknown = task((): unknown => 1)
  is<Equal<Awaited<ReturnType<typeof unknown>>, unknown>>()
})

test.serial('nodes are created and ordered, and calls are inputs', async (t) => {
  ownLocalCache(t)
  const reading = task(() => new Float64Array(3))
  const processing = task(({ df }: { df: Float64Array }) => df.map((x) => x * 2), { cache: 'auto' })
  const compare = task(({ df1, df2 }: { df1: Float64Array; df2: Float64Array }) => df1.length === df2.length)
  const wf = workflow(async () => {
    const df = reading()
    const t1 = createNode(processing, { df })
    const t2 = createNode(processing, { df })
    is<Equal<ReturnType<typeof t1.runsBefore<typeof t2>>, typeof t2>>()
    t1.runsBefore(t2)
    const payload: Payload<Float64Array> = await t1.payload()
    const only: NodeCall<Float64Array> = t1.o0
    t.deepEqual([payload.value, await only], [new Float64Array(3), new Float64Array(3)])
    return compare({ df1: t1.o0, df2: t2.o0 })
  })
  const ok: boolean = await wf()
  t.true(ok)
  // @ts-expect-error a missing input
  await t.throwsAsync(sum({ a: 1, b: 2 }), { code: 'ERR_TASK' })
  // @ts-expect-error text is no number
  sum({ a: 'x', b: 2, c: 3 })
})

test.serial('declared inputs have the types of their words and schemas', async (t) => {
  ownLocalCache(t)
  const schema = task(({ n, name }) => `${name}${n.toFixed(1)}`, {
    cache: 'auto',
    inputs: { n: 'int', name: type<'x' | 'y'>() },
  })
  is<Equal<Parameters<typeof schema>[0]['name'] extends infer N ? Extract<N, string> : never, 'x' | 'y'>>()
  const text: string = await schema({ n: 1, name: 'x' })
  t.is(text, 'x1.0')
  const nested = task(
    ({ rows, by, at, raw }) => {
      is<Equal<typeof rows, number[]>>()
      is<Equal<typeof by, Record<string, boolean[]>>>()
      is<Equal<typeof at, Date>>()
      is<Equal<typeof raw, Uint8Array>>()
      return rows.length
    },
    {
      inputs: { rows: ['int'], by: { '*': ['bool'] }, at: 'date', raw: 'bytes' },
      outputs: { o0: hashMethod((n: number) => `${n}`) },
    },
  )
  t.is(await nested({ rows: [1], by: { x: [true] }, at: new Date(0), raw: new Uint8Array() }), 1)
})

test.serial('partial, map, environments and contexts', async (t) => {
  ownLocalCache(t)
  const settled = await sum.partial({ c: 1 }).map([{ a: 1, b: 2 }], { returnExceptions: true, concurrency: 4 })
  is<Equal<typeof settled, PromiseSettledResult<number>[]>>()
  t.deepEqual(settled[0], { status: 'fulfilled', value: 4 })
  const env = taskEnvironment({ name: 'env', cache: 'auto' })
  const inEnv = env.task(async ({ x }: { x: number }) => x * 2)
  const n: number = await withRunContext({ overwriteCache: true }).run(inEnv, { x: 1 })
  const asNode: Node<{ x: number }, number> = inEnv
  t.deepEqual([n, asNode.nodeName], [2, inEnv.nodeName])
  const tasked = task(({ a }: { a: number }) => a, { name: 'n', project: 'p' }).withOverrides({
    cache: false,
    cacheVersion: '2',
    cacheSerialize: true,
  })
  const mapped: number[] = await tasked.map([{ a: 1 }], { concurrency: 2 })
  t.deepEqual(mapped, [1])
})

test('types by their names', (t) => {
  const policy: CachePolicy = { getVersion: () => '1' }
  const spec: CacheSpec = { version: '1', ignoredInputs: 'a', behavior: 'overwrite', policies: [policy] }
  const options: TaskOptions = { cache: spec, inputs: { a: 'int' } }
  t.is(options.cache, spec)
  // @ts-expect-error no such word
  t.throws(() => task(() => 1, { name: 'wrong', cache: 'always' }), { code: 'ERR_INVALID_OPTION' })
})
