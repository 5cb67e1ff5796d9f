// What Flyte's own tests assert of keys, each test named after theirs: flytekit's test_local_cache, flyte-sdk's test_convert, and
// the catalog's hashing_test and transformer_test. Texts of hash methods stand for values where Flyte's literals have a hash.
import test, { type ExecutionContext } from 'ava'
import {
  type Interface,
  type InterfaceType,
  type Memory,
  type TaskNode,
  type TaskOptions,
  fileOf,
  hashMethod,
  task,
} from '../../index.ts'
import { put } from '../kit/files.ts'
import { keysSeen } from '../kit/tasks.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

const CACHED = { cache: true, cacheVersion: 'v1' } as const
const nothing = (_: object): undefined => undefined

/** Gives the key of a call of a task that does nothing. */
function keysOf(t: ExecutionContext, memory: Memory = openMemory(t)) {
  const keys = keysSeen(t, memory)
  return async (inputs: object, options: TaskOptions<any> = {}): Promise<string> => {
    const node = task(nothing, { name: 'task_name', ...CACHED, ...options, memory }) as TaskNode<any, undefined>
    await node(inputs)
    return keys.at(-1)!
  }
}

// ------------------------------------------------------------------------------------------------- golden keys

/** Keys that earlier releases made. They never change: who has results under them would lose all of them. */
const GOLDEN: readonly [key: string, options: TaskOptions<any>, inputs: object][] = [
  [
    '61c55a4dd5159f810a5fd3888f3f1a6be2eddc123bcf0c85c83d5ab8f0cb3495',
    { name: 'test_task', inputs: { int: 'int', str: 'str' } },
    { int: 100, str: 'hello world' },
  ],
  ['ff0758ffe4b75b5d1c37f62fd371775d7aece3c3c83ebfce7c7fc42eab08cb96', { name: 'test_task' }, {}],
  [
    '851f11f64c0117ccb914098c8a72d80b7acb02e0e52adb1028794bc36c852174',
    { name: 'test_task', outputs: { o0: 'any' }, project: 'project', domain: 'domain' },
    { x: 1 },
  ],
  [
    '5aaaffebe0108c4797b107d35e61c287580cd26fb9b73c0185f969fd9c64b718',
    { name: 'test_task', cache: { version: 'v1', salt: 'salt', ignoredInputs: 'host' } },
    { x: 1, host: 'a' },
  ],
  [
    '4edb0a7eb8aae8802c896af8e8ea6121648ff03f59436d8fdcc543c6229c06f5',
    { name: 'test_task', inputs: { rows: [{ '*': 'bool' }] } },
    { rows: [{ a: true, b: false }] },
  ],
  [
    'b9e85c35a8932a63bcebb00f9901169ba49f38437cde2b5493a7047dd41216ad',
    { name: 'test_task', inputs: { df: hashMethod(String), dfs: [hashMethod(String)] } },
    { df: 1, dfs: [1, 2] },
  ],
  [
    'd0a4be34e679c55daa8d7957353a6ccae5f51f47a9fe1d352021e943090d4b91',
    { name: 'task_name_1', cache: { version: '31415' } },
    {
      lit_1: {
        a: 42,
        b: 'abcd',
        c: 0.12349,
        d: [1, 2, 3],
        e: { e_a: 11, e_b: Array.from({ length: 1000 }, (_, n) => n), e_c: { e_c_a: 12.34, e_c_b: 'a string' } },
      },
      lit_2: 99,
      lit_3: 3.14,
      lit_4: true,
    },
  ],
]

test('test_local_cache: stable_cache_key; test_convert: generate_cache_key_hash', async (t) => {
  const memory = openMemory(t)
  const keys = keysSeen(t, memory)
  for (const [, options, inputs] of GOLDEN) {
    const node = task(nothing, { cache: { version: 'v1' }, ...options, memory }) as TaskNode<any, undefined>
    await node(inputs)
  }
  t.deepEqual(
    keys,
    GOLDEN.map(([key]) => key),
  )
})

test('test_local_cache: cache_key_repetition, cache_key_consistency; test_convert: generate_cache_key_hash_consistency', async (t) => {
  const keyOf = keysOf(t)
  const shuffled = (value: any, round: number): any => {
    if (Array.isArray(value)) return value.map((one) => shuffled(one, round))
    if (typeof value !== 'object') return value
    const entries = Object.entries(value).map(([name, one]) => [name, shuffled(one, round)])
    return Object.fromEntries(round % 2 === 0 ? entries : entries.toReversed())
  }
  for (const d of [
    { a: 0.41083513079747874, b: 0.7773927872515183, c: 17 },
    { x: { a: 1, b: 2, c: 3 } },
    { xs: [{ a: 1, b: 2, c: 3 }, { y: { a: 10, b: 20, c: 30 } }] },
  ]) {
    const keys = new Set<string>()
    for (let round = 0; round < 100; round++) keys.add(await keyOf({ d: shuffled(d, round) }))
    t.is(keys.size, 1)
  }
})

// ------------------------------------------------------------------------------------------------- placement

const ownHash = (value: unknown): string => `0xffff ${JSON.stringify(value)}`
const H = hashMethod(ownHash)
const same = hashMethod(() => '0xffff')
/** Two values of an input of a type: whether their keys are equal. */
const PLACEMENT: readonly [what: string, type: InterfaceType, one: unknown, other: unknown, isEqual: boolean][] = [
  ['single literal where hash is not set', 'any', 'x', 'y', false],
  ['single literal containing hash', same, 'x', 'y', true],
  ['list of literals containing a single item where literal sets its hash', [same], ['x'], ['y'], true],
  ['list of literals containing two items where each literal sets its hash', [same], ['x', 'z'], ['y', 'z'], true],
  ['another length of such a list', [same], ['x', 'z'], ['x'], false],
  ['another order of such a list', [H], ['x', 'z'], ['z', 'x'], false],
  ['map of literals containing a single item where literal sets its hash', { '*': same }, { a: 'x' }, { a: 'y' }, true],
  ['another name in such a map', { '*': same }, { a: 'x' }, { b: 'x' }, false],
  ['list of map of literals', [{ '*': same }], [{ a: 'x' }, { b: 'x' }], [{ a: 'y' }, { b: 'z' }], true],
  ['another name in such a list', [{ '*': same }], [{ a: 'x' }, { b: 'x' }], [{ a: 'x' }, { c: 'x' }], false],
  ['literal map containing hash', same, { a: 'x' }, { b: 'y' }, true],
  ['literal collection containing hash', same, ['x'], ['y', 'z'], true],
]

test('hashing_test: HashLiteralMap_LiteralsWithHashSet; test_local_cache: literal_hash_placement', async (t) => {
  const keyOf = keysOf(t)
  for (const [what, type, one, other, isEqual] of PLACEMENT) {
    const inputs: Interface = { value: type }
    const keys = [await keyOf({ value: one }, { inputs }), await keyOf({ value: other }, { inputs })]
    t.is(keys[0] === keys[1], isEqual, what)
  }
})

test('hashing_test: only some of the literals have a hash; test_convert: generate_inputs_hash_with_literal_hashes', async (t) => {
  const memory = openMemory(t)
  const keyOf = keysOf(t, memory)
  // What a node gave has its hash, and what stands beside it counts by itself.
  const hashed = task(({ n }: { n: number }) => ({ n }), { name: 'hashed', memory, outputs: { o0: same } })
  const keys = [
    await keyOf({ list: [hashed({ n: 1 }), { n: 1 }] }),
    await keyOf({ list: [hashed({ n: 2 }), { n: 1 }] }),
    await keyOf({ list: [await hashed({ n: 3 }), { n: 1 }] }),
    await keyOf({ list: [hashed({ n: 1 }), { n: 2 }] }),
    await keyOf({ list: [{ n: 1 }, hashed({ n: 1 })] }),
    await keyOf({ map: { a: hashed({ n: 1 }), b: 1, c: 2 } }),
    await keyOf({ map: { a: hashed({ n: 2 }), b: 1, c: 2 } }),
    await keyOf({ map: { a: hashed({ n: 2 }), b: 1, c: 3 } }),
  ]
  t.is(new Set(keys.slice(0, 3)).size, 1)
  t.is(keys[5], keys[6])
  t.is(new Set(keys).size, 5)
})

test('hashing_test: a hash is a hash: it is not the text that it is', async (t) => {
  const keyOf = keysOf(t)
  const [hashed, text] = [await keyOf({ value: 'x' }, { inputs: { value: same } }), await keyOf({ value: '0xffff' })]
  t.not(hashed, text)
  t.not(
    await keyOf({ value: 'x' }, { inputs: { value: same } }),
    await keyOf({ value: '0xffff' }, { inputs: { value: 'hashed any' } }),
  )
})

test('hashing_test: InputValueSorted, NoInputValues, CacheIgnoreInputVars', async (t) => {
  const keyOf = keysOf(t)
  t.is(await keyOf({ 1: 1, 2: 2 }), await keyOf({ 2: 2, 1: 1 }))
  t.is(await keyOf({ a: 1, b: 2 }), await keyOf({ b: 2, a: 1 }))
  t.is(await keyOf({}), await keyOf({ a: undefined }))
  t.not(await keyOf({}), await keyOf({ a: null }))
  const ignoring = { cacheIgnoreInputVars: ['c'] }
  t.is(await keyOf({ a: 1, b: 2 }), await keyOf({ b: 2, a: 1, c: 3 }, ignoring))
  t.is(await keyOf({ a: 1, b: 2, c: 4 }, ignoring), await keyOf({ b: 2, a: 1, c: 3 }, ignoring))
})

// ------------------------------------------------------------------------------------------------- test_convert

test('test_convert: generate_cache_key_ignored_input, generate_cache_key_hash_with_ignored_inputs', async (t) => {
  const keyOf = keysOf(t)
  const options = {
    inputs: { required: 'str', ignored: 'int', other: 'bool' },
    cacheIgnoreInputVars: ['ignored'],
  } as const
  const key = await keyOf({ required: 'x', ignored: 42, other: true }, options)
  t.is(await keyOf({ required: 'x', ignored: 999, other: true }, options), key)
  t.not(await keyOf({ required: 'y', ignored: 42, other: true }, options), key)
  t.not(await keyOf({ required: 'x', ignored: 42, other: false }, options), key)
})

test('test_convert: generate_interface_hash, generate_interface_hash_order_independence', async (t) => {
  const keyOf = keysOf(t)
  const ignoring = { cacheIgnoreInputVars: ['a', 'b'] }
  const values = { a: 1, b: 'x' }
  const keys = [
    await keyOf(values, { ...ignoring, inputs: { a: 'int', b: 'str' } }),
    await keyOf(values, { ...ignoring, inputs: { b: 'str', a: 'int' } }),
    await keyOf(values, { ...ignoring, inputs: { a: 'float', b: 'str' } }),
    await keyOf(values, { ...ignoring, inputs: { a: 'int', b: 'str' }, outputs: { o0: 'any' } }),
    await keyOf(values, { ...ignoring, inputs: { a: 'int', b: 'str' }, outputs: { o1: 'any' } }),
  ]
  t.is(keys[0], keys[1])
  t.is(new Set(keys).size, 4)
})

test('test_convert: generate_inputs_hash_from_proto: values of different kinds have keys of their own', async (t) => {
  const keyOf = keysOf(t)
  const values = [
    1,
    '1',
    true,
    'true',
    null,
    [],
    {},
    [1],
    { 0: 1 },
    new Date(1),
    1n,
    -0,
    0,
    Number.NaN,
    '',
    new Uint8Array([1]),
  ]
  const keys = new Set<string>()
  for (const value of values) keys.add(await keyOf({ value }))
  t.is(keys.size, values.length)
})

test('test_convert: cache_key_hash_with_file_objects, cache_key_hash_with_dir_objects', async (t) => {
  const keyOf = keysOf(t)
  const directory = temporaryDirectory(t)
  for (const [name, text] of [
    ['one', 'same'],
    ['other', 'same'],
    ['third', 'different'],
  ])
    put(directory, name!, text!)
  const file = (name: string): unknown => fileOf(`${directory}/${name}`)
  const key = await keyOf({ file: file('one') })
  t.is(await keyOf({ file: file('one') }), key)
  t.not(await keyOf({ file: file('third') }), key)
  // A file that is hashed by its name counts by that.
  const byName = { inputs: { file: hashMethod((path: string) => path.split('/').at(-1)!) } } as const
  t.is(await keyOf({ file: `${directory}/one` }, byName), await keyOf({ file: '/elsewhere/one' }, byName))
})

test('test_convert: convert_from_native_to_inputs_with_defaults: a default that a launch plan gives counts as given', async (t) => {
  const memory = openMemory(t)
  const keys = keysSeen(t, memory)
  const node = task(({ a, b }: { a: number; b: number }) => a + b, { name: 'add', ...CACHED, memory })
  t.is(await node.partial({ b: 2 })({ a: 1 }), 3)
  t.is(await node({ a: 1, b: 2 }), 3)
  t.is(await node.partial({ a: 5 }).partial({ b: 2 })({ a: 1 } as never), 3)
  t.is(new Set(keys).size, 1)
})

// ------------------------------------------------------------------------------------------------- transformer_test

test('transformer_test: NilParamTask, EmptyParamTask, VariableMapOrder', async (t) => {
  const keyOf = keysOf(t)
  t.is(await keyOf({}), await keyOf({}, { inputs: {}, outputs: {} }))
  const key = await keyOf({ one: 1, two: 2 }, { inputs: { one: 'int', two: 'int' } })
  t.is(await keyOf({ two: 2, one: 1 }, { inputs: { two: 'int', one: 'int' } }), key)
})

test('transformer_test: GenerateArtifactTagName, GenerateArtifactTagNameWithIgnore, DatasetIDToIdentifier', async (t) => {
  const memory = openMemory(t)
  const node = task(({ a, b: _ }: { a: number; b: number }) => a, {
    name: 'n',
    cache: { version: 'v', ignoredInputs: 'b' },
    project: 'p',
    domain: 'd',
    memory,
  })
  await node({ a: 1, b: 2 })
  await node({ a: 1, b: 3 })
  const [entry, ...others] = memory.entries()
  t.deepEqual(others, [])
  t.like(entry, { kind: 'task', name: 'n', version: 'v', project: 'p', domain: 'd', hits: 1 })
  // All of one project and domain, or of one name, go by themselves.
  t.is(memory.clear({ project: 'q' }), 0)
  t.is(memory.clear({ project: 'p', domain: 'd' }), 1)
})
