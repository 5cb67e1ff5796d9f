import test from 'ava'
import { runInNewContext } from 'node:vm'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory } from '../kit/temporary-store.ts'

test('functions of one name and one module are told apart by their text', (t) => {
  const memory = openMemory(t)
  const one = memory.cache(function same(n: number) {
    return n + 1
  })
  const other = memory.cache(function same(n: number) {
    return n + 100
  })
  t.is(one.id, other.id)
  t.deepEqual([one(1), other(1), one(1)], [2, 101, 2])
})

test('functions without names are told apart by their text', (t) => {
  const memory = openMemory(t)
  const [a, b, c] = [memory.cache(() => 0), memory.cache(() => 1), memory.cache((n: number) => n)]
  t.deepEqual([a(), b(), c(1), a(), b(), c(1)], [0, 1, 1, 0, 1, 1])
})

test('functions of one text and other names are told apart', (t) => {
  const memory = openMemory(t)
  const make = (): (() => number) => () => 0
  const [a, b] = [{ a: make() }.a, make()]
  Object.defineProperty(b, 'name', { value: 'b' })
  t.not(memory.cache(a).key(), memory.cache(b).key())
  t.not(memory.cache(a, { name: 'x' }).key(), memory.cache(a, { name: 'y' }).key())
})

test('name, version, strategy, project, domain and code each change the key alone', (t) => {
  const memory = openMemory(t)
  const f = (n: number): number => n
  const options = [
    {},
    { name: 'a' },
    { name: 'b' },
    { version: 'a' },
    { strategy: 'inputHash' },
    { strategy: 'codeHash' },
    { strategy: () => 'a' },
    { project: 'a' },
    { domain: 'a' },
    { project: 'aa' },
    { project: 'a', domain: 'a' },
    { name: 'ab', version: 'c' },
    { name: 'a', version: 'bc' },
  ] as const
  const keys = options.map((given) => memory.cache(f, given).key(1))
  t.is(new Set([...keys, memory.cache((n: number): number => n + 0).key(1)]).size, keys.length + 1)
})

test('functions made by eval or in another realm are cached', (t) => {
  const memory = openMemory(t)
  const fromText = new Function('n', 'return n * 2') as (n: number) => number
  const foreign = runInNewContext('(n) => n * 3') as (n: number) => number
  for (let round = 0; round < 2; round++) {
    t.is(memory.cache(fromText)(2), 4)
    t.is(memory.cache(foreign)(2), 6)
  }
  t.is([...memory.entries()].length, 2)
})

test('methods, generators of values and classes with static functions show their text', (t) => {
  const memory = openMemory(t)
  const holder = {
    double(n: number): number {
      return n * 2
    },
    async later(n: number): Promise<number> {
      return n * 2
    },
  }
  class Maths {
    static triple(n: number): number {
      return n * 3
    }
  }
  t.deepEqual([memory.cache(holder.double)(2), memory.cache(Maths.triple)(2)], [4, 6])
  t.true(memory.cache(holder.double).has(2))
  t.true(memory.cache(Maths.triple).has(2))
})

test('functions whose text cannot be read need a name and a version', (t) => {
  const memory = openMemory(t)
  const bound = (n: number): number => n
  for (const fn of [Math.max, bound.bind(null), new Proxy(bound, {})]) {
    throwsCode(t, 'ERR_UNNAMED_FUNCTION', () => memory.cache(fn))
    throwsCode(t, 'ERR_UNNAMED_FUNCTION', () => memory.cache(fn, { name: 'f' }))
    throwsCode(t, 'ERR_UNNAMED_FUNCTION', () => memory.cache(fn, { name: 'f', version: '1', strategy: 'codeHash' }))
    const cached = memory.cache(fn, { name: 'f', version: '1' })
    t.deepEqual([cached(7), cached.has(7)], [7, true])
    cached.clear()
  }
  t.notThrows(() => memory.cache(bound.bind(null), { strategy: false }))
})

test('functions without names need one where their text does not count', (t) => {
  const memory = openMemory(t)
  throwsCode(t, 'ERR_UNNAMED_FUNCTION', () => memory.cache((n: number) => n, { strategy: 'inputHash' }))
  t.notThrows(() => memory.cache((n: number) => n, { strategy: 'inputHash', name: 'f' }))
  t.notThrows(() => memory.cache(function named() {}, { strategy: 'inputHash' }))
})

test('two functions without names may not share a version', (t) => {
  const memory = openMemory(t)
  const [first] = [(n: number): number => n]
  memory.cache(first, { version: '1' })
  t.notThrows(() => memory.cache(first, { version: '1' }))
  throwsCode(t, 'ERR_UNNAMED_FUNCTION', () => memory.cache((n: number) => n + 1, { version: '1' }))
  t.notThrows(() => memory.cache((n: number) => n + 1, { version: '2' }))
})

test('what cannot matter in the text counts under codeHash alone', (t) => {
  const memory = openMemory(t)
  const texts = ["(a) => { return a + '' }", '(a) => {\n  // as text\n  return (a + "");\n}']
  const [one, other] = texts.map((text) => runInNewContext(text) as (a: number) => string)
  const key = (fn: typeof one, strategy: 'codeHash' | 'syntaxHash') => memory.cache(fn!, { strategy }).key(1)
  t.is(key(one, 'syntaxHash'), key(other, 'syntaxHash'))
  t.not(key(one, 'codeHash'), key(other, 'codeHash'))
  t.not(key(one, 'codeHash'), key(one, 'syntaxHash'))
  const changed = runInNewContext("(a) => { return a + ' ' }") as (a: number) => string
  t.not(key(one, 'syntaxHash'), key(changed, 'syntaxHash'))
})
