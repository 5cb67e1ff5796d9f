import test, { type ExecutionContext } from 'ava'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type CachedFunction, Memory } from '../../index.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

// A version stands for the code of a function, and what its module declares. Two closures of one factory shared their entries
// under it, whatever they had captured: the second one got the first one's results.

type Cached = CachedFunction<(n: number) => unknown>
type Factory = (memory: Memory, given: any, other?: any) => Cached

const OPTIONS = `{ name: 'f', version: '1' }`
let files = 0

/** The factory of a module of this text, which gives it as \`make\`. */
async function factoryIn(t: ExecutionContext, ending: 'mjs' | 'cjs', source: string): Promise<Factory> {
  const file = join(temporaryDirectory(t), `m${files++}.${ending}`)
  writeFileSync(file, `${source}\n${ending === 'mjs' ? 'export { make }' : 'exports.make = make'}\n`)
  const loaded: unknown = ending === 'cjs' ? createRequire(file)(file) : await import(pathToFileURL(file).href)
  return (loaded as { make: Factory }).make
}

const plainKey = (memory: Memory): string => memory.cache((n: number) => n, { name: 'f', version: '1' }).key(1)

interface Told {
  readonly title: string
  /** A module with \`make\`. */
  readonly source: string
  readonly values: readonly [unknown, unknown, unknown]
}

const factory = (body: string): string =>
  `const make = (memory, k) => memory.cache(function scale(n) { ${body} }, ${OPTIONS})`

/** The first value differs from the second one, and is as the third one. */
const TOLD_APART: readonly Told[] = [
  { title: 'a number', source: factory('return n * k'), values: [2, 3, 2] },
  { title: 'an object', source: factory('return n * k.rate'), values: [{ rate: 2 }, { rate: 3 }, { rate: 2 }] },
  {
    title: 'a map',
    source: factory('return k.get(n)'),
    values: [new Map([[1, 2]]), new Map([[1, 3]]), new Map([[1, 2]])],
  },
  { title: 'a date', source: factory('return k'), values: [new Date(1), new Date(2), new Date(1)] },
  {
    title: 'a function that was handed in',
    source: factory('return k(n)'),
    values: [(n: number) => n * 2, (n: number) => n * 3, (n: number) => n * 2],
  },
  {
    title: 'what a helper of the factory sees',
    source: `const make = (memory, k) => { const helper = (n) => n * k; return memory.cache((n) => helper(n), ${OPTIONS}) }`,
    values: [2, 3, 2],
  },
  {
    title: 'a helper that was chosen',
    source: `const make = (memory, k) => {
      const helper = k === 2 ? (n) => n * 2 : (n) => n * 3
      return memory.cache((n) => helper(n), ${OPTIONS})
    }`,
    values: [2, 3, 2],
  },
  {
    title: 'what an inner function of a factory in a factory sees',
    source: `const make = (memory, k) => { const inner = () => memory.cache((n) => n * k, ${OPTIONS}); return inner() }`,
    values: [2, 3, 2],
  },
  {
    title: 'what a factory was given under a name of the module',
    source: `const k = 5; const outer = () => k
      const make = (memory, k) => memory.cache((n) => n * k + outer(), ${OPTIONS})`,
    values: [2, 3, 2],
  },
  {
    title: 'a variable of a loop',
    source: `const make = (memory, last) => {
      let f
      for (const one of [2, 3]) { if (one <= last) f = memory.cache((n) => n * one, ${OPTIONS}) }
      return f
    }`,
    values: [2, 3, 2],
  },
  {
    title: 'a method of a class that a factory made',
    source: `const make = (memory, k) => {
      class Shop { price(n) { return n * k } }
      return memory.of(Shop.prototype.price = memory.cached({ name: 'f', version: '1' })(Shop.prototype.price), new Shop())
    }`,
    values: [2, 3, 2],
  },
  {
    title: 'a function that captured a cached one with a version',
    source: `const make = (memory, k) => {
      const inner = memory.cache((n) => n * k, { name: 'inner', version: '1' })
      return memory.cache((n) => inner(n), { name: 'f' })
    }`,
    values: [2, 3, 2],
  },
  {
    title: 'a cached function that calls itself',
    source: `const make = (memory, k) => {
      const f = memory.cache((n) => n > 1 ? f(n - 1) * k : k, ${OPTIONS})
      return f
    }`,
    values: [2, 3, 2],
  },
]

for (const ending of ['mjs', 'cjs'] as const)
  for (const { title, source, values } of TOLD_APART)
    test.serial(`closures with one version differ by ${title}, in a .${ending}`, async (t) => {
      const warnings = collectWarnings()
      const directory = temporaryDirectory(t)
      const results: unknown[] = []
      for (const value of values) {
        // Each time as in another process: in a memory, and a module, of its own.
        const make = await factoryIn(t, ending, source)
        const memory = new Memory(directory)
        const f = make(memory, value)
        const isHit = f.has(1)
        results.push(isHit)
        f(1)
        t.true(f.has(1))
        memory.close()
      }
      t.deepEqual(results, [false, false, true])
      t.deepEqual(warnings.codes(), [])
    })

const SHARED: Readonly<Record<string, string>> = {
  'what the module declares': `const rate = { of: 2 }; const helper = (n) => n * rate.of
    const make = (memory) => memory.cache((n) => helper(n) + rate.of, ${OPTIONS})`,
  'what nobody can see in a module': `const client = new WeakMap()
    const make = (memory) => memory.cache((n) => client.has(memory) + n, ${OPTIONS})`,
  'state that it changes itself': `const make = (memory, k) => {
    let runs = k; const log = [k]
    return memory.cache((n) => { log.push(n); return runs++ }, ${OPTIONS}) }`,
  'state that a helper changes': `const make = (memory, k) => {
    let runs = k; const count = () => ++runs
    return memory.cache((n) => count() + runs, ${OPTIONS}) }`,
  'what it does not use': `const make = (memory, k) => { const f = memory.cache((n) => n, ${OPTIONS}); return k && f }`,
  'what it hides': `const make = (memory, k) => [memory.cache((k) => k, ${OPTIONS}), () => k][0]`,
  'what is ignored': `const make = (memory, k) => memory.cache((n) => n * k, { name: 'f', version: '1', captures: { ignore: ['k'] } })`,
  'anything under captures none': `const make = (memory, k) => memory.cache((n) => n * k, { name: 'f', version: '1', captures: 'none' })`,
}

for (const ending of ['mjs', 'cjs'] as const)
  for (const [what, source] of Object.entries(SHARED))
    test.serial(`the key of a version has nothing of ${what} in it, in a .${ending}`, async (t) => {
      const warnings = collectWarnings()
      const make = await factoryIn(t, ending, source)
      const memory = openMemory(t)
      t.is(make(memory, 2).key(1), plainKey(memory))
      t.is(make(memory, 3).key(1), plainKey(memory))
      t.deepEqual(warnings.codes(), [])
    })

test('an edited helper of a factory has the key that it had', async (t) => {
  const source = (helper: string): string => `const make = (memory, k) => {
    const helper = (n) => ${helper}
    return memory.cache((n) => helper(n), ${OPTIONS}) }`
  const memory = openMemory(t)
  const before = await factoryIn(t, 'mjs', source('n * k'))
  const after = await factoryIn(t, 'mjs', source('k * n + 0'))
  t.is(before(memory, 2).key(1), after(memory, 2).key(1))
  t.not(before(memory, 2).key(1), before(memory, 3).key(1))
})

test('a factory may be all of a CommonJS module that V8 keeps', async (t) => {
  const file = join(temporaryDirectory(t), 'bare.cjs')
  writeFileSync(file, `exports.make = [(memory, k) => memory.cache(function scale(n) { return n * k }, ${OPTIONS})][0]`)
  const { make } = createRequire(file)(file) as { make: Factory }
  const memory = openMemory(t)
  t.deepEqual([make(memory, 2)(10), make(memory, 3)(10)], [20, 30])
})

test('a variable of the factory that others assign counts as it is at each call', (t) => {
  let rate = 2
  const f = openMemory(t).cache((n: number) => n * rate, { version: '1' })
  t.is(f(10), 20)
  rate = 3
  t.is(f(10), 30)
  rate = 2
  t.true(f.has(10))
})

const dividers: Readonly<Record<string, (memory: Memory, given: number, ignore: string[]) => (n: number) => unknown>> =
  {
    socket: (memory, given, ignore) => {
      const socket = Object.assign(new Socket(), { given })
      return memory.cache((n: number) => [n, socket], { name: 'f', version: '1', captures: { ignore } })
    },
    this: (memory, given, ignore) =>
      new (class {
        readonly rate = given
        scale = memory.cache((n: number) => n * this.rate, { name: 'f', version: '1', captures: { ignore } })
      })().scale,
    arguments: function make(memory, _given, ignore) {
      // oxlint-disable-next-line prefer-rest-params
      return memory.cache((n: number) => n * (arguments[1] as number), {
        name: 'f',
        version: '1',
        captures: { ignore },
      })
    },
  }

for (const [what, make] of Object.entries(dividers))
  test.serial(`the ${what} of a factory, which nobody can see, keeps calls under a version uncached`, (t) => {
    const warnings = collectWarnings()
    const memory = openMemory(t)
    const f = make(memory, 2, []) as Cached
    const g = make(memory, 3, []) as Cached
    t.notDeepEqual(f(10), g(10))
    g(10)
    t.is(memory.stats().entries, 0)
    t.deepEqual(warnings.codes(), ['ERR_UNHASHABLE'])
    t.is((make(memory, 2, [what]) as Cached).key(1), plainKey(memory))
  })

test('the state of a logger that the factory has does not count', async (t) => {
  const source = factory('k.info(n); return n').replace(
    '=> memory',
    `=> (k = Object.assign({ info() {} }, k)) && memory`,
  )
  const make = await factoryIn(t, 'mjs', source)
  const memory = openMemory(t)
  t.is(make(memory, { at: 2 }).key(1), make(memory, { at: 3 }).key(1))
})

test('explain names what of a closure changed', async (t) => {
  const make = await factoryIn(t, 'mjs', factory('return n * k'))
  const memory = openMemory(t)
  make(memory, 2)(1)
  const { changed } = make(memory, 3).explain(1)
  t.deepEqual(
    changed.map(({ part, name }) => `${part} ${name}`),
    ['capture k'],
  )
})
