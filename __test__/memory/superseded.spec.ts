import test, { type ExecutionContext } from 'ava'
import type { Memory } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory } from '../kit/temporary-store.ts'

/** A memory whose time goes on by itself: what is used later is later. */
function openTicking(t: ExecutionContext, memory?: Memory): Memory {
  let now = memory === undefined ? 1000 : 1_000_000
  return openMemory(t, { clock: () => now++, ...(memory === undefined ? {} : { location: memory.location }) })
}

/** A function of a file, as it is in some state of its text. */
function edited(memory: Memory, body: string, helper = '(x) => x'): (n: number) => unknown {
  const make = new Function(`const helper = ${helper}; return function load(n) { ${body} }`) as () => (
    n: number,
  ) => unknown
  return memory.cache(make(), { name: 'load' })
}

function keysOf(memory: Memory, superseded: boolean): string[] {
  return Array.from(memory.entries({ superseded }), ({ key }) => key).sort()
}

test('an earlier version is superseded once a later one was used', (t) => {
  const memory = openTicking(t)
  const load = (version: string) => memory.cache((n: number) => n, { name: 'load', version })
  load('1')(1)
  load('1')(2)
  t.deepEqual(keysOf(memory, true), [])
  load('2')(1)
  t.deepEqual(keysOf(memory, true), [load('1').key(1), load('1').key(2)].sort())
  t.deepEqual(keysOf(memory, false), [load('2').key(1)])
  t.is(memory.clear({ superseded: true }), 2)
  t.true(load('2').has(1))
  t.false(load('1').has(1))
})

test('so is an earlier code, and code with an earlier helper', (t) => {
  const memory = openTicking(t)
  edited(memory, 'return n')(1)
  edited(memory, 'return n + 1')(1)
  t.is(memory.clear({ superseded: true }), 1)
  edited(memory, 'return helper(n)', '(x) => x * 2')(1)
  t.is(memory.clear({ superseded: true }), 1)
  edited(memory, 'return helper(n)', '(x) => x * 3')(1)
  t.is(memory.clear({ superseded: true }), 1)
  t.is(memory.clear({ superseded: true }), 0)
  t.is(memory.stats().entries, 1)
})

test('a code that was used again after the other began is not', (t) => {
  const memory = openTicking(t)
  edited(memory, 'return n')(1)
  edited(memory, 'return n + 1')(1)
  edited(memory, 'return n')(1)
  t.deepEqual(keysOf(memory, true), [])
  edited(memory, 'return n + 2')(1)
  t.is(memory.clear({ superseded: true }), 2)
})

test('closures with other captured values are not, nor other functions, projects and arguments', (t) => {
  const memory = openTicking(t)
  const scaled = (rate: number) => memory.cache((n: number) => n * rate, { name: 'scaled' })
  for (const rate of [1, 2, 3]) scaled(rate)(1)
  for (const name of ['a', 'b']) memory.cache((n: number) => n, { name, version: name })(1)
  for (const project of ['x', 'y']) memory.cache((n: number) => n, { name: 'p', version: project, project })(1)
  t.deepEqual(keysOf(memory, true), [])
  t.is(memory.clear({ superseded: true }), 0)
  t.is(memory.stats().entries, 7)
})

test('it goes together with other filters', (t) => {
  const memory = openTicking(t)
  for (const name of ['a', 'b']) for (const version of ['1', '2']) memory.cache((n: number) => n, { name, version })(1)
  t.is(memory.clear({ superseded: true, name: 'a' }), 1)
  t.is(memory.clear({ superseded: false, name: 'b' }), 1)
  t.is(memory.stats().entries, 2)
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.clear({ superseded: 'yes' as never }))
})
