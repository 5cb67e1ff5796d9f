// What `memory.cache` gives for a function that it has wrapped before.
import test from 'ava'
import { Memory } from '../../index.ts'
import { openMemory } from '../kit/temporary-store.ts'

test('a function that is wrapped again with the same options is what it was', (t) => {
  // To wrap a function within a loop, and `eval`, took as long as to wrap it for the first time.
  const memory = openMemory(t)
  const double = (n: number): number => n * 2
  const options = { version: '1', maxAge: '1d', storeIf: () => true } as const
  const cache = (given?: Parameters<typeof memory.cache<typeof double>>[1]) => memory.cache(double, given)
  t.is(cache(options), cache({ ...options }))
  t.is(cache(), cache({}))
  t.is(memory.cache(cache()) as unknown, cache())
  t.is(memory.eval(double, 2), 4)
  t.true(cache().has(2))
})

test('other options, options with arrays and another memory give another function', (t) => {
  const memory = openMemory(t)
  const double = (n: number): number => n * 2
  const cache = (given?: Parameters<typeof memory.cache<typeof double>>[1]) => memory.cache(double, given)
  const one = cache({ version: '1' })
  t.not(cache({ version: '2' }), one)
  t.not(cache({ version: '1', project: 'other' }), cache({ version: '1' }))
  t.not(cache({}), one)
  t.not(new Memory(null).cache(double, { version: '1' }), one)
  // An array may have another content by now.
  const ignore: number[] = []
  const counting = cache({ ignore })
  ignore.push(0)
  t.is(counting(1), 2)
  t.deepEqual([cache({ ignore }).has(2), cache({ ignore })(5), cache({ ignore }).has(2)], [false, 10, true])
})

test('a function that got another name in between is another one', (t) => {
  const memory = openMemory(t)
  const load = (n: number): number => n
  const named = (name: string) => Object.defineProperty(load, 'name', { value: name, configurable: true })
  const cache = () => memory.cache(load)
  t.is(cache().id, 'engram/__test__/memory/wrapping.spec.ts#load')
  named('other')
  t.is(cache().id, 'engram/__test__/memory/wrapping.spec.ts#other')
})

test('functions of one text that captured other values stay apart, and what one captured may change', (t) => {
  const memory = openMemory(t)
  const results: number[] = []
  for (const factor of [2, 3, 2]) results.push(memory.cache((n: number) => n * factor)(1))
  t.deepEqual(results, [2, 3, 2])
  t.is(memory.stats().entries, 2)
  let rate = 1
  const scaled = (n: number): number => n * rate
  const cache = () => memory.cache(scaled)
  t.is(cache()(1), 1)
  rate = 7
  t.is(cache()(1), 7)
  rate = 1
  t.true(cache().has(1))
})

test('a function that was wrapped before the memory was closed runs uncached', async (t) => {
  const memory = openMemory(t)
  const double = (n: number): number => n * 2
  const cache = () => memory.cache(double)
  cache()(1)
  await memory.close()
  t.is(cache()(1), 2)
  t.throws(() => cache().has(1), { code: 'ERR_CLOSED' })
})
