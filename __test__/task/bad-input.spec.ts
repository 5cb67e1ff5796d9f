// Bad input to tasks, workflows and launch plans: each has its outcome.
import test from 'ava'
import {
  type EngramErrorCode,
  LaunchPlan,
  type NodeCall,
  type StandardSchemaV1,
  createNode,
  hashMethod,
  launchPlan,
  localCache,
  task,
  taskEnvironment,
  withRunContext,
  workflow,
} from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { refusedTask } from '../kit/tasks.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

const INVALID: EngramErrorCode = 'ERR_INVALID_OPTION'
const square = ({ n }: { n: number }): number => n * n
const any = (value: unknown): any => value

test('cache: true without a version is refused where the task is defined, and says what to do', async (t) => {
  await refusedTask(t, () => task(square, { name: 'square', cache: true }), 'square', 'cacheVersion')
  await refusedTask(t, () => task(square, { name: 'square' }).withOverrides({ cache: true }), 'cacheVersion')
  await refusedTask(t, () => task(square, { cache: true, cacheSerialize: true }), 'square')
  await refusedTask(t, () => task(square, { cache: 'override' }), 'versionOverride')
  await refusedTask(t, () => task(square, { cache: { behavior: 'override' } }), 'versionOverride')
  t.notThrows(() => task(square, { cacheVersion: '1' }))
})

test('old words and new ones together are refused', async (t) => {
  for (const cache of ['auto', { version: '1' }, 'disable', {}] as const)
    for (const old of [{ cacheVersion: '1' }, { cacheSerialize: true }, { cacheIgnoreInputVars: ['n'] }])
      await refusedTask(t, () => task(square, { cache, ...old }), 'square')
  await refusedTask(t, () => task(square, { cache: { version: '1', versionOverride: '2' } }), 'versionOverride')
})

test('an ignored input that there is none of is refused, and the message names those that there are', async (t) => {
  const options = { cache: true, cacheVersion: '1' } as const
  await refusedTask(t, () => task(square, { ...options, cacheIgnoreInputVars: ['host'] }), 'host', 'n')
  await refusedTask(t, () => task(square, { cache: { version: '1', ignoredInputs: 'host' } }), 'host')
  await refusedTask(
    t,
    () => task(any(square), { ...options, inputs: { m: 'int' }, cacheIgnoreInputVars: ['n'] }),
    'n',
    'm',
  )
  await refusedTask(t, () => task(square, { cacheIgnoreInputVars: ['n'] }), 'cache')
  // Where nobody knows the inputs, any name may be one.
  t.notThrows(() => task((inputs: any) => inputs.n, { ...options, name: 'x', cacheIgnoreInputVars: ['host'] }))
  throwsCode(t, INVALID, () => task(square, { ...options, cacheIgnoreInputVars: any('n') }))
  throwsCode(t, INVALID, () => task(square, { cache: { version: '1', ignoredInputs: any([1]) } }))
})

test('inputs that are no object are refused by the call, which rejects', async (t) => {
  const memory = openMemory(t)
  const one = task(square, { memory })
  for (const inputs of [1, 'x', null, [1], true, () => ({ n: 1 }), Symbol('x')])
    await refusedTask(t, () => one(any(inputs)), 'square')
  await refusedTask(t, () => one.map([any(1)]), 'square')
  throwsCode(t, INVALID, () => one.map(any({ n: 1 })))
  throwsCode(t, INVALID, () => one.partial(any([1])))
  throwsCode(t, INVALID, () => one.partial(any(null)))
  // A call refuses no earlier than it begins, so that it can be caught as its other failures are.
  const refused = one(any(1))
  t.true(refused instanceof Promise)
  await t.throwsAsync(refused, { code: 'ERR_TASK' })
})

test('extra and missing inputs are refused, and the error has the path', async (t) => {
  const memory = openMemory(t)
  const one = task(square, { memory })
  t.is((await refusedTask(t, () => one(any({})), 'n')).path, 'inputs.n')
  t.is((await refusedTask(t, () => one(any({ n: undefined })), 'n')).path, 'inputs.n')
  t.is((await refusedTask(t, () => one(any({ n: 1, 'm-1': 2 })), 'm-1')).path, 'inputs["m-1"]')
  const declared = task(any(square), { memory, inputs: { n: 'int', m: 'int' } })
  await refusedTask(t, () => declared(any({ n: 1 })), 'm')
  await refusedTask(t, () => one.partial(any({ m: 1 })), 'm')
  await refusedTask(t, () => launchPlan.getOrCreate(workflow(square), undefined, any({ m: 1 })), 'm')
  // Extra inputs that are undefined are none, and defaults stand for what is missing.
  t.is(await one(any({ n: 2, m: undefined })), 4)
  t.is(await task(({ n = 3 }: { n?: number }) => n, { memory })(), 3)
  t.is(await task(({ n, ...others }: any) => n + Object.keys(others).length, { memory })({ n: 1, a: 1, b: 1 }), 3)
  t.is(await task((inputs: any) => Object.keys(inputs).length, { memory })({ n: 1, a: 1 }), 2)
})

// An input of a launch plan that was given as undefined took the place of its default.
test('an input that is undefined is left out, also of a partial node and a launch plan', async (t) => {
  const memory = openMemory(t)
  const add = ({ a, b }: { a: number; b: number }): number => a + b
  const partial = task(add, { memory }).partial({ b: 2 })
  t.is(await partial({ a: 1, b: undefined } as never), 3)
  const plan = launchPlan.getOrCreate(workflow(add, { memory }), undefined, { b: 3 })
  t.is(await plan({ a: 1, b: undefined } as never), 4)
  t.is(await plan({ a: 1, b: 5 }), 6)
})

test('a value that its type refuses is ERR_TASK with the path', async (t) => {
  const memory = openMemory(t)
  const one = task((_: any) => 1, {
    memory,
    cache: 'auto',
    inputs: { n: 'int', rows: [{ '*': 'bool' }], at: 'date', raw: 'bytes' },
  })
  const right = { n: 1, rows: [{ a: true }], at: new Date(0), raw: new Uint8Array() }
  t.is(await one(right), 1)
  for (const [wrong, path] of [
    [{ n: 1.5 }, 'inputs.n'],
    [{ n: '1' }, 'inputs.n'],
    [{ n: null }, 'inputs.n'],
    [{ rows: {} }, 'inputs.rows'],
    [{ rows: [{ a: true }, []] }, 'inputs.rows[1]'],
    [{ rows: [{ a: true, 'b c': 1 }] }, 'inputs.rows[0]["b c"]'],
    [{ at: 0 }, 'inputs.at'],
    [{ raw: [1] }, 'inputs.raw'],
  ] as const)
    t.is((await refusedTask(t, () => one(any({ ...right, ...wrong })))).path, path)
  const result = task((_: any) => '1', { memory, name: 'result', inputs: {}, outputs: { o0: 'int' } })
  t.is((await refusedTask(t, () => result({}))).path, 'outputs.o0')
  const several = task((_: any): any => 1, { memory, name: 'several', inputs: {}, outputs: { a: 'int', b: 'int' } })
  await refusedTask(t, () => several({}), 'several')
  const missing = task((_: any) => ({ a: 1 }), { memory, name: 'missing', inputs: {}, outputs: { a: 'int', b: 'int' } })
  t.is((await refusedTask(t, () => missing({}))).path, 'outputs.b')
})

test('a schema that refuses, throws, or answers what is none', async (t) => {
  const memory = openMemory(t)
  const taking = (validate: StandardSchemaV1['~standard']['validate']) =>
    task(({ n }: any) => n as number, {
      memory,
      inputs: { n: { '~standard': { version: 1, vendor: 'own', validate } } },
    })
  const refusing = taking((value) =>
    value === 1 ? { value: 2 } : { issues: [{ message: 'no', path: ['rows', { key: 0 }] }] },
  )
  t.is(await refusing({ n: 1 }), 2)
  t.is((await refusedTask(t, () => refusing({ n: 3 }), 'no')).path, 'inputs.n.rows[0]')
  await t.throwsAsync(
    taking(() => {
      throw new RangeError('of the schema')
    })({ n: 1 }),
    { instanceOf: RangeError },
  )
  await t.throwsAsync(
    taking(async () => {
      throw new RangeError('later')
    })({ n: 1 }),
    { instanceOf: RangeError },
  )
  await t.throwsAsync(taking(any(() => undefined))({ n: 1 }))
})

// What a schema says may be missing was refused as missing before the schema was asked.
test('a schema says what it makes of an input that is missing', async (t) => {
  const memory = openMemory(t)
  const schema = (validate: StandardSchemaV1['~standard']['validate']): StandardSchemaV1 => ({
    '~standard': { version: 1, vendor: 'own', validate },
  })
  const inputs = {
    n: schema(async (value) => ({ value: value ?? 5 })),
    text: schema((value) => (typeof value === 'number' ? { issues: [{ message: 'no' }] } : { value })),
    needed: schema((value) => (value === undefined ? { issues: [{ message: 'needed' }] } : { value })),
  }
  let runs = 0
  const taking = (given: any): unknown => (runs++, [given.n, 'text' in given, given.needed])
  const one: any = task(taking, { name: 'one', memory, cache: true, cacheVersion: '1', inputs })
  for (const given of [{ needed: 1 }, { needed: 1, n: undefined, text: undefined }, { needed: 1, n: 5 }])
    t.deepEqual(await one(given), [5, false, 1])
  t.is(runs, 1)
  t.is((await refusedTask(t, () => one({}), 'needed')).path, 'inputs.needed')
  t.deepEqual(await workflow(() => one({ needed: 1 }), { name: 'flow', memory })(), [5, false, 1])
})

test('a workflow that calls itself without end is refused; one that comes to an end is not', async (t) => {
  const memory = openMemory(t)
  const countdown: any = workflow(
    async ({ n }: { n: number }): Promise<number> => (n === 0 ? 0 : 1 + ((await countdown({ n: n - 1 })) as number)),
    { name: 'countdown', memory },
  )
  t.is(await countdown({ n: 50 }), 50)
  const endless: any = workflow(({ n }: { n: number }) => endless({ n: n + 1 }), { name: 'endless', memory })
  await refusedTask(t, () => endless({ n: 0 }), 'endless')
  const waiting: any = workflow(({ n }: { n: number }) => waiting({ n }).withOverrides(cached), {
    name: 'waiting',
    memory,
  })
  const cached = { cache: true, cacheVersion: '1' }
  await refusedTask(t, () => waiting({ n: 0 }), 'waiting')
  const self: any = task(async ({ n }: { n: number }) => self({ n }), { name: 'self', memory, ...cached })
  await refusedTask(t, () => self({ n: 0 }), 'self')
})

test('two tasks of one name with different signatures in one process have entries of their own', async (t) => {
  const memory = openMemory(t)
  const options = { name: 'load', cache: true, cacheVersion: '1', memory } as const
  const one = task(({ path }: { path: string }) => `rows of ${path}`, options)
  const other = task(({ path, limit }: { path: string; limit: number }) => `${limit} rows of ${path}`, options)
  for (const _ of [1, 2]) {
    t.is(await one({ path: 'x' }), 'rows of x')
    t.is(await other({ path: 'x', limit: 1 }), '1 rows of x')
  }
  const texts = task(
    any(({ path }: { path: string }) => [path]),
    { ...options, inputs: { path: 'str' } },
  )
  t.deepEqual(await texts({ path: 'x' }), ['x'])
})

test('the version may be any text but an empty one', async (t) => {
  const memory = openMemory(t)
  let runs = 0
  const at = (version: string) =>
    task(({ n }: { n: number }) => (runs++, n), { name: 'x', cache: true, cacheVersion: version, memory })
  const versions = ['1.0', ' 1.0', '1.0 ', '1 0', '\n', '\0', 'ü 名', '\ud800', 'v'.repeat(100_000), '__proto__']
  for (const version of [...versions, ...versions]) t.is(await at(version)({ n: 1 }), 1)
  t.is(runs, versions.length)
  for (const version of ['', 1, null, {}, true]) {
    await refusedTask(t, () => at(any(version)), 'cacheVersion')
    await refusedTask(t, () => task(square, { cache: { version: any(version) } }), 'cache.version')
    await refusedTask(t, () => task(square, { cache: { versionOverride: any(version) } }), 'cache.versionOverride')
  }
})

test('names that objects have, odd ones, and very long ones', async (t) => {
  const memory = openMemory(t)
  const names = ['__proto__', 'constructor', 'a.b', 'then', 'ü 名', 'a/b', '..', ' ', '\n', 'n'.repeat(10_000)]
  for (const name of names) {
    let runs = 0
    const inner = task((inputs: any) => (runs++, inputs[name] as number), {
      name,
      cache: true,
      cacheVersion: '1',
      memory,
    })
    const outer = workflow((inputs: any) => inner(inputs), { name, memory })
    const given = Object.defineProperty({}, name, { value: 5, enumerable: true })
    for (const _ of [1, 2]) t.is(await outer(given), 5, name.slice(0, 20))
    t.is(runs, 1)
    t.deepEqual(
      Array.from([...memory.runs({ name })][0]!.calls, (call) => [call.name, call.state]),
      [[name, 'hit']],
    )
    const declared = task((inputs: any) => inputs[name] as number, {
      name: 'x',
      memory,
      inputs: Object.fromEntries([[name, 'int']]),
    })
    t.is(await declared(any(given)), 5)
    t.is((await refusedTask(t, () => declared({}))).path?.startsWith('inputs'), true)
  }
})

test('what cannot be overridden is refused, and so is an override that comes too late', async (t) => {
  const memory = openMemory(t)
  const one = task(square, { name: 'one', memory })
  for (const option of ['inputs', 'outputs', 'memory', 'project', 'domain', 'concurrency']) {
    await refusedTask(t, () => one.withOverrides(any({ [option]: undefined })), option)
    await refusedTask(t, () => one({ n: 1 }).withOverrides(any({ [option]: 1 })), option)
  }
  for (const overrides of [undefined, null, 1, 'cache']) throwsCode(t, INVALID, () => one.withOverrides(any(overrides)))
  throwsCode(t, INVALID, () => one.withOverrides(any({ cached: true })))
  throwsCode(t, INVALID, () => one.override(any({ name: 1 })))
  const call = one({ n: 1 })
  t.is(await call, 1)
  await refusedTask(t, () => call.withOverrides({ cache: false }), 'one')
  await refusedTask(t, () => one({ n: 1 }).runsBefore(call))
  await refusedTask(t, () => one({ n: 1 }).runsBefore(any(Promise.resolve())))
  const again = one({ n: 1 })
  await refusedTask(t, () => again.runsBefore(again))
  const [first, second] = [one({ n: 1 }), one({ n: 2 })]
  first.runsBefore(second)
  await refusedTask(t, () => second.runsBefore(first))
  t.deepEqual(await Promise.all([first, second, again]), [1, 4, 1])
})

test('a policy that throws, and one that gives no text', async (t) => {
  const cause = new Error('of the policy')
  const getVersion = (): never => {
    throw cause
  }
  const error = await refusedTask(t, () => task(square, { cache: { policies: { getVersion } } }), 'square')
  t.is(error.cause, cause)
  for (const version of [1, undefined, Promise.resolve('1')])
    await refusedTask(t, () => task(square, { cache: { policies: [{ getVersion: () => any(version) }] } }), 'square')
  for (const policies of [1, [1], {}, [{ version: '1' }]])
    throwsCode(t, INVALID, () => task(square, { cache: { policies: any(policies) } }))
})

test('options that make no sense', (t) => {
  for (const options of [
    { cache: 'always' },
    { cache: 1 },
    { cache: { salt: 1 } },
    { cache: { serialize: 'yes' } },
    { cache: { behavior: 'sometimes' } },
    { cache: { maxAge: 'soon' } },
    { cache: { versions: '1' } },
    { cacheSerialize: 1 },
    { cached: true },
    { name: 1 },
    { name: '' },
    { project: '' },
    { domain: 1 },
    { retries: -1 },
    { timeout: 'long' },
    { concurrency: 0 },
    { memory: {} },
    { inputs: [] },
    { inputs: { n: '' } },
    { inputs: { n: 1 } },
    { inputs: { n: [] } },
    { inputs: { n: ['int', 'int'] } },
    { inputs: { n: null } },
    { outputs: 'int' },
  ])
    throwsCode(t, INVALID, () => task(square, any(options)))
  for (const fn of [undefined, null, {}, 'square']) {
    throwsCode(t, INVALID, () => task(any(fn)))
    throwsCode(t, INVALID, () => workflow(any(fn)))
    throwsCode(t, INVALID, () => createNode(any(fn)))
    throwsCode(t, INVALID, () => LaunchPlan.getOrCreate(any(fn)))
  }
  for (const options of [
    { cache: true },
    { cacheVersion: '1' },
    { retries: 1 },
    { concurrency: 1.5 },
    { onFailure: 'go' },
  ])
    t.throws(() => workflow(square, any(options)), { code: INVALID }, JSON.stringify(options))
  throwsCode(t, INVALID, () => taskEnvironment(any({})))
  throwsCode(t, INVALID, () => taskEnvironment(any({ name: 'x', inputs: {} })))
  for (const options of [
    { overwriteCache: 1 },
    { disableRunCache: 'no' },
    { project: 1 },
    { concurrency: 0 },
    { caches: true },
  ])
    throwsCode(t, INVALID, () => withRunContext(any(options)))
  for (const options of [
    { concurrency: 0 },
    { minSuccessRatio: 2 },
    { minSuccessRatio: Number.NaN },
    { signal: {} },
    { groups: 1 },
  ])
    throwsCode(t, INVALID, () => task(square).map([], any(options)))
})

test('a run of what is no node rejects', async (t) => {
  await t.throwsAsync(withRunContext({}).run(any(square), { n: 1 }), { code: INVALID })
  await t.throwsAsync(withRunContext({}).run(any(undefined)), { code: INVALID })
  const memory = openMemory(t)
  await refusedTask(t, () => withRunContext({}).run(task(square, { memory }), any(1)))
  await refusedTask(t, () => withRunContext({}).run(workflow(square, { memory }), any({ m: 1 })))
})

test('two workflows with launch plans of one name: the second is refused', async (t) => {
  const one = workflow(({ n }: { n: number }) => n, { name: 'one' })
  const plan = launchPlan.getOrCreate(one, 'bad-input-plan', { n: 1 })
  t.is(launchPlan.getOrCreate(one, 'bad-input-plan'), plan)
  const other = workflow(({ n }: { n: number }) => n, { name: 'one' })
  await refusedTask(t, () => launchPlan.getOrCreate(other, 'bad-input-plan'), 'bad-input-plan')
  throwsCode(t, INVALID, () => launchPlan.getOrCreate(one, any(1)))
})

test('a hash function that throws, or gives no text, fails the call', async (t) => {
  const memory = openMemory(t)
  const cause = new Error('of the hash')
  for (const cache of [undefined, 'auto'] as const)
    for (const hash of [
      () => 1,
      () => undefined,
      async () => 'x',
      () => {
        throw cause
      },
    ]) {
      const options = { name: 'x', memory, ...(cache && { cache }), outputs: { o0: hashMethod(any(hash)) } }
      const error = await refusedTask(t, () => task(() => ({ rows: 1 }), options)())
      t.is(error.path, 'outputs.o0')
    }
  const input = task(({ n }: any) => n as number, { memory, inputs: { n: hashMethod(any(() => 1)) } })
  t.is((await refusedTask(t, () => input({ n: 1 }))).path, 'inputs.n')
})

test('a task without a name: not cached it needs none, by its code neither, by a version it does', async (t) => {
  const memory = openMemory(t)
  t.is(await task(({ n }: { n: number }) => n, { memory })({ n: 1 }), 1)
  let runs = 0
  const byCode = task(({ n }: { n: number }) => (runs++, n), { cache: 'auto', memory })
  t.deepEqual([await byCode({ n: 1 }), await byCode({ n: 1 }), runs], [1, 1, 1])
  throwsCode(t, 'ERR_UNNAMED_FUNCTION', () => task(({ n }: { n: number }) => n, { cache: true, cacheVersion: '1' }))
  throwsCode(t, 'ERR_UNNAMED_FUNCTION', () => workflow(() => 1).withOverrides({ cache: true, cacheVersion: '1' }))
})

test('what cannot be hashed or stored: the call runs, uncached, which is said once', async (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  let runs = 0
  const uses = task(({ socket }: any) => (runs++, socket.send() as number), {
    name: 'uses',
    cache: true,
    cacheVersion: '1',
    memory,
  })
  const socket = { id: Symbol('socket'), send: () => 4 }
  for (const _ of [1, 2]) t.is(await uses({ socket }), 4)
  t.is(runs, 2)
  const opens = task(() => ({ close: () => 'closed' }), { name: 'opens', cache: true, cacheVersion: '1', memory })
  for (const _ of [1, 2]) t.is((await opens()).close(), 'closed')
  t.deepEqual(warnings.codes().sort(), ['ERR_UNHASHABLE', 'ERR_UNSERIALIZABLE'])
})

test('a closed memory refuses runs, and the place of local results cannot be set', async (t) => {
  const memory = openMemory(t)
  const [one, flow] = [task(square, { memory, cache: true, cacheVersion: '1' }), workflow(square, { memory })]
  await memory.close()
  const warnings = collectWarnings()
  // As a function of `memory.cache`: it runs, and that is said.
  t.is(await one({ n: 1 }), 1)
  t.deepEqual(warnings.codes(), ['ERR_CLOSED'])
  await t.throwsAsync(flow({ n: 1 }), { code: 'ERR_CLOSED' })
  await t.throwsAsync(withRunContext({}).run(one, { n: 1 }), { code: 'ERR_CLOSED' })
  t.throws(() => (any(localCache).location = 'x'), { instanceOf: TypeError })
})

test('what stands for a call in a call: promises of others are awaited, and a failure is that of the call', async (t) => {
  const memory = openMemory(t)
  const one = task(square, { memory })
  t.is(await one({ n: Promise.resolve(3) }), 9)
  const rejected = Promise.reject(new RangeError('of the caller'))
  await t.throwsAsync(one({ n: rejected }), { instanceOf: RangeError })
  const thenable = { then: (give: (n: number) => void) => give(4) }
  t.is(await one({ n: any(thenable) }), 16)
  const total = task(({ rows }: { rows: number[] }) => rows.reduce((sum, n) => sum + n), { memory })
  t.is(await total({ rows: [1, any(Promise.resolve(2)), any(one({ n: 3 }))] }), 12)
  const call: NodeCall<number> = one({ n: one({ n: 2 }) })
  t.is(await call, 16)
})
