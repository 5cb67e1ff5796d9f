// What joblib's own tests of arguments assert (test_func_inspect.py), through the parser that reads a function's text.
// function/parameters.spec.ts has the rules of `ignore`. Left out is what JavaScript has not: keyword arguments, and with
// them arguments given twice, too many or too few; and what joblib needs its signatures for: directories and reports.
import test from 'ava'
import type { AnyFunction } from '../../src/function/wrapped.ts'
import type { CacheOptions } from '../../src/option/cache-options.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory } from '../kit/temporary-store.ts'

/** Functions of joblib's tests, as JavaScript writes them; bodies count for nothing here. */
const functions = {
  f: (_x?: unknown, _y: unknown = 0): void => {},
  g: (_x?: unknown): void => {},
  h: (_x?: unknown, _y: unknown = 0, ..._rest: unknown[]): void => {},
  i: (_x: unknown = 1): void => {},
  j: (_x?: unknown, _y?: unknown, ..._rest: unknown[]): void => {},
  k: (..._rest: unknown[]): void => {},
  m1: (_x: unknown, { y: _y }: { y?: unknown } = {}): void => {},
  m2: (_x: unknown, { y: _y, z: _z = 3 }: { y?: unknown; z?: unknown } = {}): void => {},
  required: ({ kw1: _kw1 = 'kw1', kw2: _kw2 }: { kw1?: unknown; kw2?: unknown }): void => {},
}

type Ignore = readonly (string | number)[]
type Vector = readonly [
  name: keyof typeof functions,
  ignore: Ignore,
  one: readonly unknown[],
  other: readonly unknown[],
]

/** Calls with one key: what is ignored, or says nothing. */
const SAME: readonly Vector[] = [
  ['f', [], [1], [1, undefined]],
  ['f', ['_x'], [1, 7], [2, 7]],
  ['f', ['_y'], [0, 1], [0]],
  ['f', ['_y'], [2, 1], [2, 5]],
  ['f', ['_x', '_y'], [1, 2], []],
  ['f', ['_x', '_y'], [1], []],
  ['g', [], [1], [1]],
  ['g', ['_x'], [1], []],
  ['i', ['_x'], [2], []],
  ['h', ['_rest'], [1, 2, 25, { ee: 2 }], [1, 2]],
  ['h', ['_y', '_rest'], [1, 2, 3], [1]],
  ['h', [2], [1, 2, 25], [1, 2, 26, 27]],
  ['j', ['_y'], [1, 2, 3], [1, 5, 3]],
  ['k', ['_rest'], [1, 2, { ee: 2 }], []],
  ['m1', [], [1, { y: 2 }], [1, { y: 2 }]],
  ['m1', ['y'], [1, { y: 2 }], [1, {}]],
  ['m2', ['z'], [1, { y: 2, z: 5 }], [1, { y: 2 }]],
  ['m2', ['y', 'z'], [1, { y: 2, z: 5 }], [1, {}]],
  ['required', ['kw1'], [{ kw2: 2, kw1: 1 }], [{ kw2: 2 }]],
  ['required', [], [{ kw1: 1, kw2: 2 }], [{ kw2: 2, kw1: 1 }]],
]

/** Calls with two keys: what counts. Defaults are not filled in: they are evaluated in the function alone. */
const DIFFERENT: readonly Vector[] = [
  ['f', [], [1], [1, 0]],
  ['f', [], [1], [2]],
  ['f', ['_x'], [1, 0], [1, 1]],
  ['f', ['_y'], [1], [2]],
  ['f', [], [1, 2], [2, 1]],
  ['f', [], [1, 2], [[1, 2]]],
  ['f', [], [undefined, 1], [1]],
  // There is no such parameter, but the function may look at `arguments`.
  ['f', [], [1, 2], [1, 2, 3]],
  ['i', [], [], [1]],
  ['h', [], [1], [1, 0]],
  ['h', [], [1, 2, 3, 4], [1, 2, 3]],
  ['h', [], [1, 2, 3, 4], [1, 2, [3, 4]]],
  ['h', [], [1, 2, { ee: 2 }], [1, 2, { ee: 3 }]],
  ['h', ['_rest'], [1, 2, 3], [1, 3, 3]],
  ['k', [], [1, 2, { ee: 2 }], [1, 2]],
  ['m1', [], [1, { y: 2 }], [1, { y: 3 }]],
  ['m2', [], [1, { y: 2 }], [1, { y: 2, z: 3 }]],
  ['m2', ['z'], [1, { y: 2 }], [1, { y: 3 }]],
  ['required', ['kw1'], [{ kw2: 2 }], [{ kw2: 3 }]],
]

const shown = (name: string, args: readonly unknown[]): string => `${name}(${JSON.stringify(args).slice(1, -1)})`

for (const [vectors, isSame] of [
  [SAME, true],
  [DIFFERENT, false],
] as const) {
  test(`filter_args: calls that are ${isSame ? 'the same' : 'different'}`, (t) => {
    const memory = openMemory(t)
    for (const [name, ignore, one, other] of vectors) {
      const { key } = memory.cache(functions[name] as AnyFunction, { ignore: [...ignore], name })
      t.is(
        key(...one) === key(...other),
        isSame,
        `${shown(name, one)} and ${shown(name, other)} without ${ignore.join()}`,
      )
    }
  })
}

test('filter_args of a method: parameters are those of its text', (t) => {
  class Klass {
    f(_x: number, _y?: number): number {
      return 1
    }
    static g(_x: number): number {
      return 1
    }
    get ['odd name']() {
      return (_x: number): number => 1
    }
  }
  const memory = openMemory(t)
  const { f } = Klass.prototype
  t.is(memory.cache(f, { ignore: ['_y'] }).key(1, 2), memory.cache(f, { ignore: ['_y'] }).key(1))
  t.is(memory.cache(Klass.g, { ignore: ['_x'] }).key(1), memory.cache(Klass.g, { ignore: ['_x'] }).key(2))
  t.is(
    memory.cache(new Klass()['odd name'], { ignore: ['_x'] }).key(1),
    memory.cache(new Klass()['odd name'], { ignore: ['_x'] }).key(2),
  )
  throwsCode(t, 'ERR_UNKNOWN_PARAMETER', () => memory.cache(f, { ignore: ['self'] }))
})

test('a partially applied function shows no parameters: names are refused, positions are not', (t) => {
  const memory = openMemory(t)
  const partial = functions.f.bind(null, 1)
  const options: CacheOptions<AnyFunction> = { name: 'partial', version: '1' }
  t.not(memory.cache(partial, options).key(1), memory.cache(partial, options).key(2))
  throwsCode(t, 'ERR_UNKNOWN_PARAMETER', () => memory.cache(partial, { ...options, ignore: ['_y'] }))
  const ignoring = memory.cache(partial, { ...options, ignore: [0] })
  t.is(ignoring.key(1), ignoring.key(2))
})

test('names that are not there, and an ignore that is no list, are errors', (t) => {
  const memory = openMemory(t)
  for (const [name, ignored] of [
    ['f', 'z'],
    ['f', 'args'],
    ['g', '_y'],
    ['k', '_x'],
    ['k', '*'],
    ['m2', 'w'],
    ['m2', '_y'],
    ['required', 'kw3'],
  ] as const) {
    throwsCode(t, 'ERR_UNKNOWN_PARAMETER', () => memory.cache(functions[name] as AnyFunction, { ignore: [ignored] }))
  }
  for (const ignore of ['bar', '_x', 0]) {
    throwsCode(t, 'ERR_INVALID_OPTION', () => memory.cache(functions.f, { ignore: ignore as never }))
  }
})

test("the caller's objects are left as they are", (t) => {
  const options = { y: 2, z: { deep: [1] } }
  const { key } = openMemory(t).cache(functions.m2, { ignore: ['y', 'z.deep'] })
  const before = structuredClone(options)
  key(1, Object.freeze(options))
  t.deepEqual(options, before)
})

test('the name of a function comes through a wrapper, and same-named inner functions are told apart', (t) => {
  const memory = openMemory(t)
  t.is(memory.cache(functions.f).id, 'engram/__test__/memory/joblib-arguments.spec.ts#f')
  t.is(memory.cache(memory.cache(functions.f)).id, 'engram/__test__/memory/joblib-arguments.spec.ts#f')
  const [one, other] = [1, 2].map((value) => {
    function inner(): number {
      return value
    }
    return memory.cache(inner)
  })
  t.is(one!.id, other!.id)
  t.not(one!.key(), other!.key())
  t.deepEqual([one!(), other!(), one!()], [1, 2, 1])
})

test('odd functions have keys, or a code', (t) => {
  const memory = openMemory(t)
  const odd: AnyFunction[] = [
    async () => 1,
    function* () {},
    class {} as never,
    functions.f.bind(null),
    Math.max,
    new Proxy(() => 1, {}),
  ]
  for (const fn of odd) {
    try {
      t.is(memory.cache(fn, { name: 'odd' }).key(1).length, 64)
    } catch (error) {
      t.is((error as { code?: string }).code, 'ERR_UNNAMED_FUNCTION')
    }
  }
})
