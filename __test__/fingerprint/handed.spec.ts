// A helper had kept the client that the program opened first, and `open()` in a cached function gave it: two programs with
// different clients had one key, and the second got the first one's results.
import test, { type ExecutionContext } from 'ava'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Memory } from '../../index.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

/** The key of a call in a program of a file of its own, which has opened something before anything is cached. */
type KeyIn = (opened: string | undefined) => Promise<string>

let files = 0

function programs(t: ExecutionContext, open: string, call: string): KeyIn {
  const memory = openMemory(t)
  return async (opened) => {
    const file = join(temporaryDirectory(t), `program-${files++}.mjs`)
    writeFileSync(
      file,
      `let it
const connect = (url) => ({ url })
const open = ${open}
${opened === undefined ? '' : `open(${opened})`}
export const load = (memory) => memory.cache(function load() { return ${call} }, { name: 'load' })`,
    )
    const program = (await import(pathToFileURL(file).href)) as { load(memory: Memory): ReturnType<Memory['cache']> }
    return program.load(memory).key()
  }
}

const KEEPERS = [
  '(one) => (it ??= one)',
  '(one) => { if (!it) it = connect(one); return it }',
  'function (one) { if (it) return it; const made = connect(one); it = made; return it }',
]

for (const open of KEEPERS) {
  test(`what others handed over counts where it is asked for: ${open}`, async (t) => {
    const keyIn = programs(t, open, 'open()')
    t.is(await keyIn(`'a'`), await keyIn(`'a'`))
    t.not(await keyIn(`'a'`), await keyIn(`'b'`))
    t.not(await keyIn(undefined), await keyIn(`'a'`))
  })
}

test('what the function hands over itself is its own state, whoever was first', async (t) => {
  const keyIn = programs(t, '(one) => (it ??= one)', `open('mine')`)
  t.is(await keyIn(`'a'`), await keyIn(undefined))
})

test('so is what a helper makes of nothing that it is handed', async (t) => {
  const keyIn = programs(t, `(_one) => (it ??= connect('fixed'))`, 'open()')
  t.is(await keyIn(`'a'`), await keyIn(undefined))
})

test('a largest and a last value are state', async (t) => {
  for (const open of ['(n = 0) => { if (n > (it ?? 0)) it = n; return it }', '(n) => { it = n; return it }']) {
    const keyIn = programs(t, open, 'open()')
    t.is(await keyIn('1'), await keyIn('2'), open)
  }
})

test('what is kept and cannot be seen is refused with its name', async (t) => {
  const keyIn = programs(t, '(one) => (it ??= one)', 'open().get(1)')
  const error = await t.throwsAsync(keyIn('new WeakMap()'))
  t.like(error, { code: 'ERR_UNHASHABLE', path: 'it' })
})
