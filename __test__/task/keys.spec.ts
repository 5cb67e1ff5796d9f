// What is in the key of a node's call, and that no delimiter in any of it makes two calls one.
import test from 'ava'
import fc from 'fast-check'
import { type EngramErrorCode, type Memory, type TaskNode, type TaskOptions, task, type } from '../../index.ts'
import { keysOfDelimited } from '../kit/delimited-tasks.ts'
import { keysSeen } from '../kit/tasks.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

const f = (inputs: object): string => JSON.stringify(inputs)
type Options = TaskOptions<any>
interface Call {
  readonly options: Options
  readonly inputs: object
}

const BASE: Options = {
  name: 'load',
  cache: { version: '1.0', salt: 'salt', ignoredInputs: 'host' },
  inputs: { n: 'int', text: 'str', host: 'str' },
  outputs: { o0: 'str', more: 'int' },
  project: 'p',
  domain: 'd',
}
const INPUTS = { n: 1, text: 'x', host: 'a' }
const result = (): object => ({ o0: 'x', more: 1 })

async function keyOf(memory: Memory, { options, inputs }: Call, fn = result): Promise<string> {
  const heard: string[] = []
  const listener = ({ key }: { readonly key: string }): number => heard.push(key)
  memory.on('call', listener)
  const node = task(fn as never, { ...options, memory }) as TaskNode<any, any>
  await node(inputs)
  memory.off('call', listener)
  return heard.at(-1)!
}

/** The same call with one part of its key changed. */
const CHANGES: Record<string, Partial<Call>> = {
  project: { options: { ...BASE, project: 'q' } },
  'no project': { options: without('project') },
  domain: { options: { ...BASE, domain: 'e' } },
  'no domain': { options: without('domain') },
  'project and domain swapped': { options: { ...BASE, project: 'd', domain: 'p' } },
  name: { options: { ...BASE, name: 'loads' } },
  version: { options: cached({ version: '1.1' }) },
  'no version': { options: cached({ version: undefined }) },
  salt: { options: cached({ salt: 'pepper' }) },
  'no salt': { options: cached({ salt: '' }) },
  'an input is called otherwise': {
    options: { ...BASE, inputs: { m: 'int', text: 'str', host: 'str' } },
    inputs: { m: 1, text: 'x', host: 'a' },
  },
  'the type of an input': { options: { ...BASE, inputs: { n: 'float', text: 'str', host: 'str' } } },
  'the type of an ignored input': { options: { ...BASE, inputs: { n: 'int', text: 'str', host: 'any' } } },
  'an input more': {
    options: { ...BASE, inputs: { n: 'int', text: 'str', host: 'str', more: 'str' } },
    inputs: { ...INPUTS, more: 'y' },
  },
  'an input less': { options: { ...BASE, inputs: { n: 'int', host: 'str' } }, inputs: { n: 1, host: 'a' } },
  'a list of the type': {
    options: { ...BASE, inputs: { n: ['int'], text: 'str', host: 'str' } },
    inputs: { ...INPUTS, n: [1] },
  },
  'an output is called otherwise': { options: { ...BASE, outputs: { o1: 'any', more: 'int' } } },
  'the type of an output': { options: { ...BASE, outputs: { o0: 'any', more: 'int' } } },
  'an output less': { options: { ...BASE, outputs: { o0: 'str' } } },
  'the value of an input': { inputs: { ...INPUTS, n: 2 } },
  'the value of another input': { inputs: { ...INPUTS, text: 'y' } },
  'another input is ignored': { options: cached({ ignoredInputs: ['host', 'text'] }) },
}

/** What is no part of the key. */
const SAME: Record<string, Partial<Call>> = {
  'an ignored input': { inputs: { ...INPUTS, host: 'b' } },
  'the order of inputs': { inputs: { host: 'a', text: 'x', n: 1 } },
  'the order of declared inputs': { options: { ...BASE, inputs: { host: 'str', text: 'str', n: 'int' } } },
  'the order of outputs': { options: { ...BASE, outputs: { more: 'int', o0: 'str' } } },
  'another word for a type': { options: { ...BASE, inputs: { n: 'int', text: 'string', host: 'str' } } },
  'versionOverride is another name of version': { options: cached({ version: undefined, versionOverride: '1.0' }) },
  serialised: { options: cached({ serialize: true }) },
  'an age': { options: cached({ maxAge: '1h' }) },
  retries: { options: { ...BASE, retries: 3 } },
  timeout: { options: { ...BASE, timeout: '1h' } },
  concurrency: { options: { ...BASE, concurrency: 2 } },
}

function cached(changed: object): Options {
  const spec = { ...(BASE.cache as object), ...changed }
  return { ...BASE, cache: Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined)) }
}

function without(option: keyof Options): Options {
  const { [option]: _, ...others } = BASE
  return others
}

test('each part of the key alone gives another key', async (t) => {
  const memory = openMemory(t)
  const original = { options: BASE, inputs: INPUTS }
  const keys = new Map([[await keyOf(memory, original), 'the original']])
  for (const [what, change] of Object.entries(CHANGES)) {
    // A result that suits all of them.
    const fn = (): unknown =>
      Object.keys((change.options ?? BASE).outputs!).length > 1 ? { o0: 'x', o1: 'x', more: 1 } : 'x'
    const key = await keyOf(memory, { ...original, ...change }, fn as never)
    t.is(keys.get(key), undefined, `${what}: the same key as another one`)
    keys.set(key, what)
  }
  t.is(keys.size, Object.keys(CHANGES).length + 1)
})

test('all parts equal: the same key, whatever else a task says', async (t) => {
  const memory = openMemory(t)
  const original = { options: BASE, inputs: INPUTS }
  const key = await keyOf(memory, original)
  for (const [what, change] of Object.entries(SAME)) t.is(await keyOf(memory, { ...original, ...change }), key, what)
  t.is(await keyOf(memory, original, () => ({ o0: 'another body', more: 2 })), key)
  t.is([...memory.entries()].length, 1)
})

// A version stands for the code. What the function had captured counted all the same: another constant beside it was a miss, and
// with a connection beside it nothing was cached, against which a task has no option.
test('what the function of a versioned task captured is not in its key, and may be what cannot be seen', async (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  let runs = 0
  const make = (rate: number, connection: unknown) =>
    task(({ n }: { n: number }) => (runs++, connection === undefined ? -1 : n * rate), {
      name: 'rated',
      cache: true,
      cacheVersion: '1',
      memory,
    })
  t.is(await make(2, Promise.resolve())({ n: 1 }), 2)
  t.is(await make(3, Symbol('connection'))({ n: 1 }), 2)
  t.is(runs, 1)
  t.deepEqual(warnings.codes(), [])
  // Where the code is the version, it does.
  const byCode = (rate: number) => task(({ n }: { n: number }) => n * rate, { name: 'rated', cache: 'auto', memory })
  t.deepEqual([await byCode(2)({ n: 1 }), await byCode(3)({ n: 1 })], [2, 3])
})

test('a launch plan and a workflow share entries; a task of the same name, version and inputs has its own', async (t) => {
  const memory = openMemory(t)
  const keys = keysSeen(t, memory)
  const one = task(({ n }: { n: number }) => `task ${n}`, { name: 'x', cache: true, cacheVersion: '1', memory })
  await one({ n: 1 })
  const { launchPlan, workflow } = await import('../../index.ts')
  const inner = workflow(({ n }: { n: number }) => `workflow ${n}`, { name: 'x' })
  const plan = launchPlan.getOrCreate(inner, 'keys-plan', { n: 1 })
  const outer = workflow(
    async () => [
      await inner({ n: 1 }).withOverrides({ cache: true, cacheVersion: '1' }),
      await plan({} as never).withOverrides({ cache: true, cacheVersion: '1' }),
    ],
    { name: 'outer', memory },
  )
  t.deepEqual(await outer(), ['workflow 1', 'workflow 1'])
  t.is(new Set(keys).size, 2)
  t.is([...memory.entries()].length, 2)
})

test('an override at the call gives the key of a definition that says the same, but for its name', async (t) => {
  const memory = openMemory(t)
  const keys = keysSeen(t, memory)
  const plain = task(({ n }: { n: number }) => n, { name: 'x', memory })
  const spec = { cache: { version: '2', salt: 's' } } as const
  await plain({ n: 1 }).withOverrides(spec)
  await plain.withOverrides(spec)({ n: 1 })
  await plain({ n: 1 }).withOverrides({ ...spec, name: 'told otherwise' })
  t.is(new Set(keys).size, 1)
  await plain.withOverrides({ ...spec, name: 'another node' })({ n: 1 })
  t.is(new Set(keys).size, 2)
})

// ------------------------------------------------------------------------------------------------- delimiters

test('of 1,500 calls with delimiters in all of their parts, no two have one key: 1,124,250 pairs', (t) => {
  const { calls, joined, keys } = keysOfDelimited(openMemory(t), 1, 1500)
  t.is(calls, 1500)
  // Joined as text, they are no more than these.
  t.true(joined <= 16)
  t.is(keys, calls)
})

/** Texts in which what other keys are joined with stands beside what is joined. */
const delimited = fc.string({
  unit: fc.constantFrom('a', '1', '-', ':', '/', '|', ',', '.', '"', '\\', '\n', '\0', ' '),
})
const named = delimited.map((text) => `${text}_`)

test('calls never get what a call with other parts stored', async (t) => {
  const memory = openMemory(t)
  const parts = fc.record({
    name: named,
    version: named,
    salt: delimited,
    project: fc.option(named, { nil: undefined }),
    domain: fc.option(named, { nil: undefined }),
    inputs: fc.dictionary(named, fc.oneof(delimited, fc.integer({ min: 0, max: 2 }), fc.constantFrom(true, null)), {
      maxKeys: 3,
    }),
  })
  let runs = 0
  const seen = new Map<string, string>()
  const check = fc.asyncProperty(parts, async ({ name, version, salt, project, domain, inputs }) => {
    const places = { ...(project !== undefined && { project }), ...(domain !== undefined && { domain }) }
    const cache = { version, salt }
    const own = JSON.stringify([name, version, salt, project ?? 0, domain ?? 0, Object.entries(inputs).sort()])
    const node = task((_: object) => (runs++, own), { name, cache, memory, ...places }) as TaskNode<any, string>
    t.is(await node(inputs), own)
    const before = runs
    t.is(await node(inputs), own)
    t.is(runs, before)
    seen.set(own, own)
  })
  await fc.assert(check, { numRuns: 1000 })
  t.is(runs, seen.size)
})

test('a type is told by what it is: schemas, words, lists and records', async (t) => {
  const memory = openMemory(t)
  const types: [string, unknown, unknown][] = [
    ['int', 'int', 1],
    ['a word', 'Row', 1],
    ['any', 'any', 1],
    ['a list', ['any'], [1]],
    ['a list of lists', [['any']], [[1]]],
    ['a record', { '*': 'any' }, { a: 1 }],
    ['a list of records', [{ '*': 'any' }], [{ a: 1 }]],
    ['a record of lists', { '*': ['any'] }, { a: [1] }],
  ]
  const keys = new Set<string>()
  for (const [, one, value] of types)
    keys.add(
      await keyOf(
        memory,
        {
          options: { name: 'x', cache: { version: '1', ignoredInputs: 'n' }, inputs: { n: one } },
          inputs: { n: value },
        },
        f as never,
      ),
    )
  t.is(keys.size, types.length)
  // What only the compiler knows says nothing.
  const typed = await keyOf(
    memory,
    {
      options: { name: 'x', cache: { version: '1', ignoredInputs: 'n' }, inputs: { n: type<number>() } },
      inputs: { n: 1 },
    },
    f as never,
  )
  t.true(keys.has(typed))
})

// A word that is also a name of every object ('constructor') was looked up as a member of the table of words. What came
// back was no text, and such words had one key.
test('a word that every object has as a member is a type of its own', async (t) => {
  const memory = openMemory(t)
  const words = ['constructor', 'toString', 'valueOf', '__proto__', 'any']
  const keys = new Set<string>()
  for (const word of words)
    keys.add(
      await keyOf(memory, { options: { ...BASE, inputs: { ...BASE.inputs, n: word as 'any' } }, inputs: INPUTS }),
    )
  t.is(keys.size, words.length)
})

test('what cannot be in a key: the call runs uncached, or is refused, as the memory says', async (t) => {
  const strict = openMemory(t, { onError: 'throw' })
  const node = task(({ n }: { n: unknown }) => typeof n, { name: 'x', cache: true, cacheVersion: '1', memory: strict })
  const code: EngramErrorCode = 'ERR_UNHASHABLE'
  await t.throwsAsync(node({ n: Symbol('x') }), { code })
  t.is(await node({ n: 1n }), 'bigint')
})
