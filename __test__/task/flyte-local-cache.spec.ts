// What Flyte's own tests assert of its local cache, each test named after theirs: flytekit's test_local_cache and
// test_node_creation, flyte-sdk's test_local_cache, test_tracker_integration and test_cache_scope.
import test from 'ava'
import {
  Memory,
  NonRecoverableError,
  currentContext,
  hashMethod,
  localCache,
  task,
  taskEnvironment,
  withRunContext,
  workflow,
} from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { lastRun, ownLocalCache, refusedTask, statesOfLastRun } from '../kit/tasks.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

interface Frame {
  readonly column_1: Float64Array
}
const hashFrame = ({ column_1 }: Frame): string => column_1.join()
const frame = (...column: number[]): Frame => ({ column_1: Float64Array.from(column) })

/** A task that counts its runs. */
function isEven(memory: Memory) {
  const counter = { calls: 0 }
  const node = task(({ n }: { n: number }) => (counter.calls++, n % 2 === 0), {
    name: 'is_even',
    cache: true,
    cacheVersion: 'v1',
    memory,
  })
  return { counter, node }
}

test('test_local_cache: to_confirm_that_cache_keys_include_function_name', async (t) => {
  const memory = openMemory(t)
  const f1 = task(({ n }: { n: number }) => n, { name: 'f1', cache: true, cacheVersion: 'v1' })
  const f2 = task(({ n }: { n: number }) => n + 1, { name: 'f2', cache: true, cacheVersion: 'v1' })
  const wf = workflow(({ n }: { n: number }) => [f1({ n }), f2({ n })], { name: 'wf', memory })
  t.deepEqual(await wf({ n: 1 }), [1, 2])
})

test('test_local_cache: single_task_workflow', async (t) => {
  const memory = openMemory(t)
  const { counter, node } = isEven(memory)
  const uncached = task(({ a, b }: { a: number; b: number }) => a + b, { name: 'uncached_task', cache: false })
  const check = workflow(
    ({ n }: { n: number }) => {
      uncached({ a: n, b: n })
      return node({ n })
    },
    { name: 'check_evenness', memory },
  )
  for (const [n, calls] of [
    [1, 1],
    [1, 1],
    [1, 1],
    [8, 2],
    [8, 2],
  ] as const) {
    t.is(await check({ n }), n === 8)
    t.is(counter.calls, calls)
    t.is(statesOfLastRun(memory).includes('uncached_task ran'), true)
  }
})

test('test_local_cache: cache_can_be_disabled', async (t) => {
  process.env['ENGRAM_MODE'] = 'off'
  const memory = new Memory(temporaryDirectory(t))
  delete process.env['ENGRAM_MODE']
  t.teardown(() => memory.close())
  const { counter, node } = isEven(memory)
  for (const calls of [1, 2]) {
    t.false(await node({ n: 1 }))
    t.is(counter.calls, calls)
  }
})

test('test_local_cache: cache_can_be_overwrited', async (t) => {
  const memory = openMemory(t)
  const { counter, node } = isEven(memory)
  for (const _ of [1, 2]) t.false(await node({ n: 1 }))
  t.is(counter.calls, 1)
  const changed = task(({ n }: { n: number }) => (counter.calls++, n % 2 === 1), {
    name: 'is_even',
    cache: true,
    cacheVersion: 'v1',
    memory,
  })
  t.true(await withRunContext({ overwriteCache: true }).run(changed, { n: 1 }))
  t.is(counter.calls, 2)
  t.true(await changed({ n: 1 }))
  t.is(counter.calls, 2)
  // For one task, and for one call.
  t.true(await changed.withOverrides({ cache: { version: 'v1', behavior: 'overwrite' } })({ n: 1 }))
  t.true(await changed({ n: 1 }).withOverrides({ cache: { version: 'v1', behavior: 'overwrite' } }))
  t.is(counter.calls, 4)
})

test('test_local_cache: shared_tasks_in_two_separate_workflows', async (t) => {
  const memory = openMemory(t)
  const { counter, node } = isEven(memory)
  const one = workflow(({ n }: { n: number }) => node({ n }), { name: 'wf1', memory })
  const other = workflow(({ n }: { n: number }) => node({ n }), { name: 'wf2', memory })
  t.deepEqual([await one({ n: 42 }), await one({ n: 99 }), counter.calls], [true, false, 2])
  t.deepEqual([await other({ n: 42 }), await other({ n: 99 }), counter.calls], [true, false, 2])
})

test('test_local_cache: sql_task', async (t) => {
  const memory = openMemory(t)
  const queries: string[] = []
  let asked = 0
  const database = {
    all: async (text: string, at: Date) => (queries.push(`${text} ${at.getTime()}`), [{ x: 1, y: '3' }]),
  }
  const now = task(() => (asked++, new Date(1000 + asked)), { name: 't1', cache: true, cacheVersion: '0.1.2' })
  const sql = task(({ ds }: any) => database.all('SELECT * FROM sessions WHERE ds = ?', ds as Date), {
    name: 'my-query',
    inputs: { ds: 'date' },
    cache: true,
    cacheVersion: '0.1',
    retries: 2,
  })
  const wf = workflow(() => sql({ ds: now() }), { name: 'my_wf', memory })
  for (const _ of [1, 2, 3]) t.deepEqual(await wf(), [{ x: 1, y: '3' }])
  t.is(asked, 1)
  t.deepEqual(queries, ['SELECT * FROM sessions WHERE ds = ? 1001'])
})

class Custom {
  readonly x: number
  readonly y: string
  constructor(x: number, y: string) {
    this.x = x
    this.y = y
  }
}

test('test_local_cache: wf_custom_types', async (t) => {
  const memory = openMemory(t)
  memory.register(Custom, { name: 'Custom', encode: ({ x, y }) => ({ x, y }), decode: ({ x, y }) => new Custom(x, y) })
  let calls = 0
  const t1 = task(({ a }: { a: number }) => (calls++, new Custom(a, 't1')), {
    name: 't1',
    cache: true,
    cacheVersion: 'a.b.c',
  })
  const t2 = task(
    ({ a, b }: { a: Custom; b: string }): [Custom, number] => (calls++, [new Custom(a.x, `${a.y} ${b}`), 5]),
    {
      name: 't2',
      cache: true,
      cacheVersion: 'v1',
    },
  )
  const wf = workflow(({ a, b }: { a: number; b: string }) => t2({ a: t1({ a }), b }), { name: 'my_wf', memory })
  for (const _ of [1, 2]) {
    const [c, v] = await wf({ a: 10, b: 'hello' })
    t.deepEqual([v, c.x, c.y, c instanceof Custom, calls], [5, 10, 't1 hello', true, 2])
  }
})

test('test_local_cache: wf_schema_to_df', async (t) => {
  const memory = openMemory(t)
  let calls = 0
  const t1 = task(() => (calls++, { x: [1, 2], y: ['3', '4'] }), {
    name: 't1',
    cache: true,
    cacheVersion: 'v0',
    outputs: { o0: 'FlyteSchema' },
  })
  const t2 = task(({ df }: any) => (calls++, Object.keys(df as object).length), {
    name: 't2',
    cache: true,
    cacheVersion: 'v1',
    inputs: { df: 'DataFrame' },
  })
  const wf = workflow(() => t2({ df: t1() }), { name: 'wf', memory })
  for (const _ of [1, 2]) t.deepEqual([await wf(), calls], [2, 2])
})

test('test_local_cache: dict_wf_with_constants', async (t) => {
  const memory = openMemory(t)
  let calls = 0
  const t1 = task(({ a }: { a: number }) => (calls++, { t1_int_output: a + 2, c: 'world' }), {
    name: 't1',
    cache: true,
    cacheVersion: 'v99',
    outputs: { t1_int_output: 'int', c: 'str' },
  })
  const t2 = task(({ a }: { a: Record<string, string> }) => (calls++, Object.values(a).join(' ')), {
    name: 't2',
    cache: true,
    cacheVersion: 'v101',
  })
  const wf = workflow(
    async ({ a, b }: { a: number; b: string }) => {
      const { t1_int_output: x, c: y } = await t1({ a })
      return [x, await t2({ a: { key1: b, key2: y } })]
    },
    { name: 'my_wf', memory },
  )
  for (const _ of [1, 2]) {
    t.deepEqual(await wf({ a: 5, b: 'hello' }), [7, 'hello world'])
    t.is(calls, 2)
  }
})

test('test_local_cache: set_integer_literal_hash_is_cached', async (t) => {
  const memory = openMemory(t)
  let calls = 0
  const t0 = task(({ a }: { a: number }) => a, { name: 't0', outputs: { o0: hashMethod(() => 'hash') } })
  const t1 = task(({ cached_a }: { cached_a: number }) => (calls++, cached_a), {
    name: 't1',
    cache: true,
    cacheVersion: '0.0.1',
  })
  const wf = workflow(({ a }: { a: number }) => t1({ cached_a: t0({ a }) }), { name: 'wf', memory })
  for (const a of [3, 2, 2]) t.deepEqual([await wf({ a }), calls], [3, 1])
})

test('test_local_cache: pass_annotated_to_downstream_tasks', async (t) => {
  const memory = openMemory(t)
  let calls = 0
  const t0 = task(({ a }: { a: number }) => a + 1, { name: 't0', outputs: { o0: hashMethod(String) } })
  const downstream = task(({ a }: { a: number }) => (calls++, a + 2), {
    name: 'downstream_t',
    cache: true,
    cacheVersion: '42',
  })
  // What a dynamic workflow is: a task or workflow that calls others.
  for (const dynamic of [workflow, task as unknown as typeof workflow]) {
    const t1 = dynamic(
      async ({ a }: { a: number }) => {
        const v = t0({ a })
        await downstream({ a: v })
        return downstream({ a: v })
      },
      { name: 't1', memory },
    )
    t.is((await withRunContext({}).run(t1, { a: 3 })) as unknown, 6)
    t.is(calls, 1)
  }
})

test('test_local_cache: pd_dataframe_hash', async (t) => {
  const memory = openMemory(t)
  let calls = 0
  const reading = task(() => frame(1, 2, 3), { name: 'reading', outputs: { o0: hashMethod(hashFrame) } })
  const processing = task(({ data }: { data: Frame }) => (calls++, data.column_1.map((x) => x * 2)), {
    name: 'processing',
    cache: true,
    cacheVersion: '0.1',
  })
  const wf = workflow(() => void processing({ data: reading() }), { name: 'my_workflow', memory })
  for (const _ of [1, 2]) {
    await wf()
    t.is(calls, 1)
  }
})

test('test_local_cache: list_of_pd_dataframe_hash', async (t) => {
  const memory = openMemory(t)
  let [calls, hashed] = [0, 0]
  const counted = hashMethod((one: Frame) => (hashed++, hashFrame(one)))
  const reading = task(() => [frame(1, 2, 3), frame(10, 20, 30)], { name: 'reading', outputs: { o0: [counted] } })
  const processing = task(({ data }: { data: Frame[] }) => (calls++, data.map((one) => one.column_1.length)), {
    name: 'processing',
    cache: true,
    cacheVersion: '0.1',
  })
  const wf = workflow(() => processing({ data: reading() }), { name: 'my_workflow', memory })
  for (const _ of [1, 2]) t.deepEqual(await wf(), [3, 3])
  t.deepEqual([calls, hashed], [1, 4])
})

test('test_local_cache: checkpoint_cached_task', async (t) => {
  const memory = openMemory(t)
  // What a task notes while it runs is kept with the run, and no part of its key.
  const node = task(({ n }: { n: number }) => (currentContext()?.report('checkpoint', n + 1), n + 1), {
    name: 't2',
    cache: true,
    cacheVersion: 'v0',
  })
  const wf = workflow(() => node({ n: 5 }), { name: 'wf', memory })
  t.is(await wf(), 6)
  t.deepEqual({ ...lastRun(memory).calls[0]!.reports }, { checkpoint: 6 })
  t.is(await wf(), 6)
  t.deepEqual(statesOfLastRun(memory), ['t2 hit'])
})

test('test_local_cache: cache_ignore_input_vars', async (t) => {
  const memory = openMemory(t)
  const add = task(({ a, b }: { a: number; b: number }) => a + b, {
    name: 'add',
    cache: true,
    cacheVersion: 'v1',
    cacheIgnoreInputVars: ['a'],
  })
  const wf = workflow(({ a, b }: { a: number; b: number }) => add({ a, b }), { name: 'add_wf', memory })
  t.deepEqual([await wf({ a: 10, b: 5 }), await wf({ a: 20, b: 5 }), await wf({ a: 20, b: 8 })], [15, 15, 28])
})

test('test_local_cache: set_cache_ignore_input_vars_without_set_cache', async (t) => {
  const add = ({ a, b }: { a: number; b: number }): number => a + b
  await refusedTask(t, () => task(add, { name: 'add', cacheIgnoreInputVars: ['a'] }), 'add')
})

test('test_node_creation: cache_override_values', async (t) => {
  const memory = openMemory(t)
  let calls = 0
  const t1 = task(({ a }: { a: string }) => (calls++, `*${a}*`), { name: 't1' })
  const old = workflow(
    ({ a }: { a: string }) => t1({ a }).withOverrides({ cache: true, cacheVersion: 'foo', cacheSerialize: true }),
    { name: 'old', memory },
  )
  const now = workflow(
    ({ a }: { a: string }) => t1({ a }).withOverrides({ cache: { version: 'foo', serialize: true } }),
    { name: 'now', memory },
  )
  t.deepEqual([await old({ a: 'x' }), await now({ a: 'x' }), calls], ['*x*', '*x*', 1])
})

// ---------------------------------------------------------------------------------------------------- flyte-sdk

test.serial('flyte-sdk test_local_cache: set_and_get_cache, set_overwrites_existing, clear_cache', async (t) => {
  ownLocalCache(t)
  let calls = 0
  const node = task(({ x }: { x: number }) => `${x} ${++calls}`, { name: 'test_task', cache: true, cacheVersion: 'v1' })
  t.is(await node({ x: 42 }), '42 1')
  t.is(await node({ x: 42 }), '42 1')
  t.is(await withRunContext({ overwriteCache: true }).run(node, { x: 42 }), '42 2')
  t.is(await node({ x: 42 }), '42 2')
  t.is(localCache.clear(), 1)
  t.is(localCache.clear(), 0)
  t.is(await node({ x: 42 }), '42 3')
})

test('test_tracker_integration: tracker_records_single_task, inputs, outputs, failure', async (t) => {
  const memory = openMemory(t)
  const add = task(({ a, b }: { a: number; b: number }) => a + b, { name: 'add', memory })
  t.is(await withRunContext({}).run(add, { a: 1, b: 2 }), 3)
  const { kind, name, state, calls } = lastRun(memory)
  t.deepEqual([kind, name, state, calls.length], ['workflow', 'add', 'completed', 1])
  t.like(calls[0], { name: 'add', state: 'ran', attempts: 1 })
  t.deepEqual(
    calls[0]!.inputs.map((input) => input.name),
    ['a', 'b'],
  )
  t.is(typeof calls[0]!.outputDigest, 'string')
  const fails = task(
    (): never => {
      throw new NonRecoverableError('broken')
    },
    { name: 'fails', memory },
  )
  await t.throwsAsync(withRunContext({}).run(fails), { message: 'broken' })
  t.like(lastRun(memory).calls[0], { name: 'fails', state: 'failed', error: { message: 'broken' } })
})

test('test_tracker_integration: tracker_records_nested_tasks, no_duplicate_root, unique_action_ids_for_repeated_tasks', async (t) => {
  const memory = openMemory(t)
  const inner = task(({ n }: { n: number }) => n, { name: 'inner', memory })
  const outer = task(async () => [await inner({ n: 1 }), await inner({ n: 1 })], { name: 'outer', memory })
  await withRunContext({}).run(outer)
  t.deepEqual(statesOfLastRun(memory), ['inner ran', 'inner ran', 'outer ran'])
})

test('test_tracker_integration: tracker_records_cache_disabled, disable_run_cache, disable_run_cache_bypasses_local_cache', async (t) => {
  const memory = openMemory(t)
  const env = taskEnvironment({ name: 'cache_test', memory, cache: { behavior: 'override', versionOverride: 'v1' } })
  let calls = 0
  const add = env.task(function cached_add({ a, b }: { a: number; b: number }) {
    calls++
    return a + b
  })
  const plain = task(({ a }: { a: number }) => a, { name: 'plain', memory })
  const heard: string[] = []
  const run = (options = {}): Promise<number> =>
    withRunContext({
      ...options,
      onCall: ({ name, state, cacheStatus }) => heard.push(`${name} ${state} ${cacheStatus}`),
    }).run(add, { a: 5, b: 7 })
  t.deepEqual([await run(), await run(), await run({ disableRunCache: true })], [12, 12, 12])
  await withRunContext({ onCall: ({ state, cacheStatus }) => heard.push(`${state} ${cacheStatus}`) }).run(plain, {
    a: 1,
  })
  t.deepEqual(heard, [
    'cache_test.cached_add ran populated',
    'cache_test.cached_add hit hit',
    'cache_test.cached_add ran disabled',
    'ran disabled',
  ])
  t.is(calls, 2)
})

test('test_cache_scope: cache_scope_uses_project_domain_from_init_config, differs per domain, empty when unset', async (t) => {
  const location = temporaryDirectory(t)
  let calls = 0
  const at = async (options: object): Promise<number> => {
    const memory = new Memory({ location, ...options })
    await task(({ n }: { n: number }) => (calls++, n), { name: 'x', cache: true, cacheVersion: '1', memory })({ n: 1 })
    await memory.close()
    return calls
  }
  const scopes = [
    {},
    { project: 'proj' },
    { domain: 'dev' },
    { project: 'proj', domain: 'dev' },
    { project: 'proj', domain: 'staging' },
  ]
  for (const [before, scope] of scopes.entries()) t.is(await at(scope), before + 1)
  for (const scope of scopes) t.is(await at(scope), scopes.length)
  // A run's win over a task's, and a task's over the memory's.
  const memory = openMemory(t, { project: 'memory' })
  const own = task(({ n }: { n: number }) => (calls++, n), {
    name: 'x',
    cache: true,
    cacheVersion: '1',
    memory,
    project: 'task',
  })
  await own({ n: 1 })
  await withRunContext({ project: 'run' }).run(own, { n: 1 })
  t.deepEqual(Array.from(memory.entries(), ({ project }) => project).sort(), ['run', 'task'])
  throwsCode(t, 'ERR_INVALID_OPTION', () => withRunContext({ domain: '' }))
})
