import test, { type ExecutionContext } from 'ava'
import vm from 'node:vm'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

/** A context as test runners make one for each file, and the key of a function whose text stands there. */
function context(t: ExecutionContext) {
  const scope = vm.createContext({ fetch: globalThis.fetch, mine: { k: 1 }, process: { platform: 'other' } })
  const memory = openMemory(t)
  const run = (code: string): any => vm.runInContext(code, scope)
  const keyOf = (code: string): (() => string) => {
    const fn = run(`(${code})`) as (n: number) => unknown
    return () => memory.cache(fn, { name: 'f' }).key(1)
  }
  return { run, keyOf }
}

// Whatever called a helper or a class under Jest was refused: on the way to what all functions inherit from stood a native
// function that nobody knew, as it was the context's.
test.serial('functions of another realm reach its own built-in functions', (t) => {
  const warnings = collectWarnings()
  const { keyOf } = context(t)
  const codes = [
    `(() => { const scale = 3; const helper = (x) => x * scale; return (x) => helper(x) })()`,
    `(() => { class Shop { rate = 2; price(x) { return x * this.rate } } const shop = new Shop(); return (x) => shop.price(x) })()`,
    `(x) => [Math.round(x), JSON.stringify({ x }), new Map([[1, x]]), Array.from([x]), new Date(x), [x].map(String)]`,
    `(() => { const list = Object.freeze([1, 2]); return (x) => [x, ...list].toSorted?.() })()`,
    `(x) => process.platform + x`,
  ]
  for (const code of codes) t.notThrows(keyOf(code), code)
  t.deepEqual(warnings.messages(), [])
})

// What a test put in the place of a global of its context was not seen: the main one was looked at.
for (const [what, code, change, back] of [
  ['a variable of the context', '(x) => mine.k + x', 'mine = { k: 2 }', 'mine = { k: 1 }'],
  ['a member of its global object', '(x) => globalThis.mine.k + x', 'mine = { k: 2 }', 'mine = { k: 1 }'],
  ['a replaced function', '() => fetch("x")', 'was = fetch, fetch = () => 1', 'fetch = was'],
  ['a replaced member', '() => Math.random()', 'was = Math.random, Math.random = () => 1', 'Math.random = was'],
  [
    'a replaced method of a prototype',
    '(x) => [x].map((y) => y)',
    'was = Array.prototype.map, Array.prototype.map = function () { return 7 }',
    'Array.prototype.map = was',
  ],
] as const)
  test(`in another realm counts: ${what}`, (t) => {
    const { run, keyOf } = context(t)
    const key = keyOf(code)
    const before = key()
    run(change)
    t.not(key(), before)
    run(back)
    t.is(key(), before)
  })
