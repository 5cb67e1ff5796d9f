// What Flyte's own tests assert of how a task says that it is cached, each test named after theirs: flytekit's test_cache,
// flyte-sdk's user_api/test_cache and test_cache_policies.
import test from 'ava'
import { type CachePolicy, type CacheRequest, type CacheSpec, type Memory, functionBody, task } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { keysSeen, refusedTask } from '../kit/tasks.ts'
import { openMemory } from '../kit/temporary-store.ts'

const any = (value: unknown): any => value
const identity = ({ a }: { a: number }): number => a
const SALT: CachePolicy = { getVersion: (salt) => salt }

/** What is stored of a call of a task that is cached so, and its key. */
async function stored(memory: Memory, cache: CacheRequest, fn = identity) {
  memory.clear()
  let key = ''
  const listener = (event: { readonly key: string }): string => (key = event.key)
  memory.on('call', listener)
  await task(fn, { name: 't', cache, memory })({ a: 1 })
  memory.off('call', listener)
  const [entry] = memory.entries()
  return { key, version: entry?.version, isStored: entry !== undefined, strategy: entry?.strategy }
}

test('test_cache: task_arguments', async (t) => {
  const memory = openMemory(t)
  const asked: unknown[] = []
  const policy: CachePolicy = {
    getVersion: (salt, params) => (asked.push([salt, params.fn, params.name, params.module]), `by ${salt}`),
  }
  const bySalt = await stored(memory, { policies: policy, salt: 'x' })
  t.deepEqual(asked, [['x', identity, 't', import.meta.filename]])
  t.is(bySalt.version, JSON.stringify(['by x']))
  t.is((await stored(memory, { version: 'a-version' })).version, 'a-version')
  const plain = await stored(memory, { version: 'a-version' })
  t.is((await stored(memory, { version: 'a-version', serialize: true })).key, plain.key)
  t.not((await stored(memory, { version: 'a-version', ignoredInputs: ['a'] })).key, plain.key)
  t.is(
    (await stored(memory, { version: 'version-overrides-policies', policies: policy })).version,
    'version-overrides-policies',
  )
  t.is(asked.length, 1)
})

test('test_cache: task_arguments_deprecated', async (t) => {
  const cache = { version: 'a-version' }
  for (const old of [
    { cacheVersion: 'a-conflicting-version' },
    { cacheSerialize: true },
    { cacheIgnoreInputVars: ['a'] },
    { cacheSerialize: true, cacheVersion: 'b-version' },
    { cacheSerialize: true, cacheIgnoreInputVars: ['a'] },
    { cacheSerialize: true, cacheVersion: 'b-version', cacheIgnoreInputVars: ['a'] },
  ]) {
    await refusedTask(t, () => task(identity, { cache, ...old }), 'identity')
    await refusedTask(t, () => task(identity).withOverrides({ cache, ...old }), 'identity')
  }
  // An override at the call may say in the new words what the definition said in the old ones.
  t.notThrows(() => task(identity, { name: 't', cache: true, cacheVersion: '1' }).withOverrides({ cache }))
})

test('test_cache: basic_salt_cache_policy', async (t) => {
  const memory = openMemory(t)
  t.false((await stored(memory, false)).isStored)
  t.is((await stored(memory, { version: 'a-version' })).version, 'a-version')
  const salted = await stored(memory, { salt: 'a-sprinkle-of-salt', policies: SALT })
  const other = await stored(memory, { salt: 'another', policies: SALT })
  t.not(salted.key, other.key)
  t.is((await stored(memory, { salt: 'a-sprinkle-of-salt', policies: [SALT] })).key, salted.key)
})

test('test_cache: set_default_policies', async (t) => {
  const memory = openMemory(t)
  const [auto, spec] = [await stored(memory, 'auto'), await stored(memory, {})]
  t.true(auto.isStored)
  t.is(auto.key, spec.key)
  t.is(auto.strategy, 'syntaxHash')
  t.is((await stored(memory, { policies: [] })).key, auto.key)
  t.is((await stored(memory, { policies: functionBody() })).key, auto.key)
  t.not((await stored(memory, 'auto', ({ a }) => a + 1)).key, auto.key)
  t.not((await stored(memory, { policies: [functionBody(), SALT] })).key, auto.key)
  // true has no default: its version is the user's.
  await refusedTask(t, () => task(identity, { cache: true }), 'cacheVersion')
})

test('test_cache: cache_policy_exception', async (t) => {
  const cause = new Error('of the policy')
  const policies: CachePolicy = {
    getVersion() {
      throw cause
    },
  }
  t.is((await refusedTask(t, () => task(identity, { cache: { policies } }))).cause, cause)
})

// ---------------------------------------------------------------------------------------------------- flyte-sdk

test('user_api/test_cache: cache_auto_behavior, cache_override_behavior, cache_disable_behavior, cache_invalid_behavior', async (t) => {
  const memory = openMemory(t)
  t.true((await stored(memory, 'auto')).isStored)
  t.true((await stored(memory, { behavior: 'auto' })).isStored)
  t.true((await stored(memory, { behavior: 'override', versionOverride: '1' })).isStored)
  t.false((await stored(memory, 'disable')).isStored)
  t.false((await stored(memory, { behavior: 'disable', versionOverride: '1' })).isStored)
  for (const invalid of ['invalid', 'enabled', 'on', 'off', 'YES', ''])
    throwsCode(t, 'ERR_INVALID_OPTION', () => task(identity, { cache: any(invalid) }))
  throwsCode(t, 'ERR_INVALID_OPTION', () => task(identity, { cache: { behavior: any('notarealvalue') } }))
})

test('user_api/test_cache: cache_version_override, cache_disabled_returns_empty_version, cache_version_requires_params_when_no_override', async (t) => {
  const memory = openMemory(t)
  t.is((await stored(memory, { behavior: 'auto', versionOverride: 'v1.0' })).version, 'v1.0')
  t.is((await stored(memory, { versionOverride: 'v1.0' })).key, (await stored(memory, { version: 'v1.0' })).key)
  await refusedTask(t, () => task(identity, { cache: 'override' }), 'versionOverride')
})

test('user_api/test_cache: cache_serialize_flag, cache_salt', async (t) => {
  const memory = openMemory(t)
  let runs = 0
  const slow = task(async ({ a }: { a: number }) => (runs++, a), {
    name: 't',
    cache: { version: '1', serialize: true },
    memory,
  })
  t.deepEqual(await Promise.all([slow({ a: 1 }), slow({ a: 1 }), slow({ a: 1 })]), [1, 1, 1])
  t.is(runs, 1)
  const keys = [await stored(memory, { version: '1' }), await stored(memory, { version: '1', salt: 'my_salt' })]
  t.not(keys[0]!.key, keys[1]!.key)
})

test('user_api/test_cache: cache_ignored_inputs_string, cache_ignored_inputs_tuple, cache_ignored_inputs_default', async (t) => {
  const memory = openMemory(t)
  const keys = keysSeen(t, memory)
  const add = ({ x, y, z }: { x: number; y: number; z: number }): number => x + y + z
  const distinct = async (ignoredInputs?: string | string[]): Promise<number> => {
    keys.length = 0
    const node = task(add, { name: 't', cache: { version: '1', ...(ignoredInputs && { ignoredInputs }) }, memory })
    for (const [x, y] of [
      [1, 1],
      [2, 1],
      [1, 2],
      [2, 2],
    ] as const)
      await node({ x, y, z: 0 })
    return new Set(keys).size
  }
  t.deepEqual([await distinct('x'), await distinct(['x', 'y']), await distinct()], [2, 1, 4])
})

test('user_api/test_cache: cache_from_request_string, cache_from_request_cache_object, cache_from_request_disable, cache_default_policies_set', async (t) => {
  const memory = openMemory(t)
  const spec: CacheSpec = Object.freeze({ behavior: 'override', versionOverride: 'v2' })
  t.is((await stored(memory, spec)).version, 'v2')
  t.is((await stored(memory, 'auto')).key, (await stored(memory, { behavior: 'auto' })).key)
  t.is((await stored(memory, 'auto')).key, (await stored(memory, { policies: functionBody() })).key)
  t.false((await stored(memory, 'disable')).isStored)
  t.false((await stored(memory, false)).isStored)
})

test('test_cache_policies: function_body, coercion, defaults', async (t) => {
  const memory = openMemory(t)
  const policy = functionBody()
  const again =
    (): typeof identity =>
    ({ a }) =>
      a
  const versions = [again(), again(), ({ a }: { a: number }) => a].map((fn) => policy.getVersion('', { fn, name: 't' }))
  t.is(new Set(versions).size, 1)
  t.not(policy.getVersion('salt', { fn: again(), name: 't' }), versions[0])
  t.not(policy.getVersion('', { fn: ({ a }: { a: number }) => a + 1, name: 't' }), versions[0])
  t.is((await stored(memory, 'auto', again())).key, (await stored(memory, 'auto', again())).key)
  // What it captured counts too.
  const adding =
    (n: number): typeof identity =>
    ({ a }) =>
      a + n
  t.not((await stored(memory, 'auto', adding(1))).key, (await stored(memory, 'auto', adding(2))).key)
})
