// `f()` got what `f(undefined)` had stored, though the function counts its arguments.
import test from 'ava'
import { openMemory } from '../kit/temporary-store.ts'

const telling: Record<string, (...args: never[]) => unknown> = {
  'by `arguments`': function () {
    // oxlint-disable-next-line prefer-rest-params -- what is tested
    return arguments.length
  },
  'by `arguments` in an arrow function inside': function () {
    // oxlint-disable-next-line prefer-rest-params -- what is tested
    return (() => arguments.length)()
  },
  'by a rest parameter': (...rest: unknown[]) => rest.length,
  'by a rest parameter that is a pattern': (...[first, ...rest]: unknown[]) => [first, rest].length + rest.length,
  'by a rest parameter behind others': (_first: unknown, ...rest: unknown[]) => rest.length,
}

for (const [how, fn] of Object.entries(telling)) {
  test(`a function that can tell gets each number of arguments for itself: ${how}`, (t) => {
    const f = openMemory(t).cache(fn as (...args: unknown[]) => number)
    const lists: unknown[][] = [[], [undefined], [undefined, undefined], [1], [1, undefined]]
    for (let round = 0; round < 3; round++)
      for (const args of lists) t.is(f(...args), (fn as (...args: unknown[]) => number)(...args), String(args.length))
    t.is(f.stats().entries, 5)
    t.is(new Set(lists.map((args) => f.key(...args))).size, 5)
  })
}

const untelling: Record<string, (...args: never[]) => unknown> = {
  'a default': (n = 5) => n,
  'a pattern with a default': ({ n } = { n: 5 } as never) => n,
  'the rest of an object': ({ ...rest }: object = {}) => rest,
  'a function inside that can': (n: unknown) => ((...all: unknown[]) => all.length)(n),
  'a spread call': (list: number[] = []) => Math.max(0, ...list),
}

for (const [what, fn] of Object.entries(untelling)) {
  test(`one that cannot tell keeps one key: ${what}`, (t) => {
    const f = openMemory(t).cache(fn as (...args: unknown[]) => unknown)
    t.deepEqual(f(), f(undefined))
    t.is(f.key(), f.key(undefined, undefined))
  })
}

test('the keys of calls without such an argument are those of any function', (t) => {
  const options = { name: 'f', version: '1' }
  const counting = openMemory(t).cache((...all: unknown[]) => all.length, options)
  const plain = openMemory(t).cache((a: unknown, b?: unknown) => [a, b], options)
  t.is(counting.key(1, 2), plain.key(1, 2))
  t.is(counting.key(undefined, 2), plain.key(undefined, 2))
  t.not(counting.key(1, undefined), plain.key(1, undefined))
})

test('native functions may count them', (t) => {
  const f = openMemory(t).cache(Array.of as (...all: unknown[]) => unknown[], { name: 'of', version: '1' })
  t.deepEqual([f(), f(undefined), f(undefined, undefined)], [[], [undefined], [undefined, undefined]])
})

test('an argument that is ignored does not count, one before it does', (t) => {
  let runs = 0
  const f = openMemory(t).cache((...all: unknown[]) => [++runs, all.length], { ignore: [2], version: '1' })
  t.deepEqual(f(1, undefined, 'x'), [1, 3])
  t.deepEqual(f(1, undefined, 'y'), [1, 3])
  t.deepEqual(f(1, undefined), [1, 3])
  t.deepEqual(f(1), [2, 1])
})

test('a method counts them too', (t) => {
  const memory = openMemory(t)
  class Shop {
    @memory.cached()
    count(...all: unknown[]): number {
      return all.length
    }
  }
  const shop = new Shop()
  t.deepEqual([shop.count(), shop.count(undefined), shop.count()], [0, 1, 0])
})
