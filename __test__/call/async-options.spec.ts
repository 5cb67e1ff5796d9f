// `storeIf` and `validate` that answer later: a promise was taken for true, whatever it gave.
import test from 'ava'
import { setImmediate as turn } from 'node:timers/promises'
import type { MemoryOptions } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

async function later<T>(answer: T): Promise<T> {
  await turn()
  return answer
}

test('an async storeIf is awaited where the function is async', async (t) => {
  const f = openMemory(t).cache(async (n: number) => ({ n }), {
    storeIf: (value, { byteLength, durationMs }) => later(value.n > 0 && byteLength > 0 && durationMs >= 0),
  })
  t.deepEqual([await f(1), await f(-1)], [{ n: 1 }, { n: -1 }])
  t.deepEqual([f.has(1), f.has(-1)], [true, false])
})

test('those who join wait for storeIf too, and what it stores is what the function gave', async (t) => {
  let runs = 0
  const given: number[][] = []
  const f = openMemory(t).cache(
    async (n: number) => {
      runs++
      const list = [n]
      given.push(list)
      return list
    },
    { storeIf: async () => later(true) },
  )
  const [one, other] = await Promise.all([f(1), f(1)])
  t.is(runs, 1)
  t.not(one, other)
  t.deepEqual([one, other, await f(1)], [[1], [1], [1]])
})

test('a storeIf that rejects stores nothing, and says so', async (t) => {
  const warnings = collectWarnings()
  const f = openMemory(t).cache(async (n: number) => n, { storeIf: () => Promise.reject(new Error('no')) })
  t.is(await f(1), 1)
  t.false(f.has(1))
  t.deepEqual(warnings.codes(), ['ERR_INVALID_OPTION'])
  const strict = openMemory(t, { onError: 'throw' }).cache(async (n: number) => n, {
    storeIf: () => Promise.reject(new Error('no')),
  })
  await t.throwsAsync(strict(1), { code: 'ERR_INVALID_OPTION' })
})

const refusing: readonly MemoryOptions[] = [{ onError: 'warn' }, { onError: 'throw' }]

for (const options of refusing) {
  test(`an async storeIf is refused where the call returns at once: ${options.onError}`, async (t) => {
    const warnings = collectWarnings()
    const f = openMemory(t, options).cache((n: number) => n, { storeIf: () => Promise.reject(new Error('unheard')) })
    if (options.onError === 'throw') throwsCode(t, 'ERR_INVALID_OPTION', () => f(1))
    else t.is(f(1), 1)
    t.false(f.has(1))
    t.deepEqual(warnings.codes(), options.onError === 'throw' ? [] : ['ERR_INVALID_OPTION'])
    // A rejection that nobody heard would end the process.
    await turn()
  })

  test(`an async validate is refused where the call returns at once: ${options.onError}`, async (t) => {
    const warnings = collectWarnings()
    let runs = 0
    const plain = openMemory(t, options).cache((n: number) => (runs++, n))
    plain(1)
    const f = plain.with({ validate: () => Promise.reject(new Error('unheard')) })
    if (options.onError === 'throw') throwsCode(t, 'ERR_INVALID_OPTION', () => f(1))
    else t.is(f(1), 1)
    t.is(runs, options.onError === 'throw' ? 1 : 2)
    t.deepEqual(warnings.codes(), options.onError === 'throw' ? [] : ['ERR_INVALID_OPTION'])
    await turn()
  })
}

test('an async validate is awaited where the function is async', async (t) => {
  let runs = 0
  const statuses: string[] = []
  const memory = openMemory(t)
  memory.on('call', ({ status, reason }) => statuses.push(`${status} ${reason ?? '-'}`))
  let isValid = true
  const f = memory.cache(async (n: number) => later([n, ++runs]), {
    validate: async ({ durationMs }) => {
      await turn()
      if (!isValid) throw new Error('no')
      return durationMs >= 0
    },
  })
  t.deepEqual(
    [await f(1), await f(1)],
    [
      [1, 1],
      [1, 1],
    ],
  )
  isValid = false
  t.deepEqual(await f(1), [1, 2])
  t.deepEqual(await Promise.all([f(1), f(1)]), [
    [1, 3],
    [1, 3],
  ])
  t.deepEqual(statuses, ['miss absent', 'hit -', 'stale rejected', 'stale rejected', 'joined rejected'])
  t.like(f.stats(), { hits: 1, misses: 1, stale: 2, joined: 1 })
})

test('an async validate that says no makes the entry stale', async (t) => {
  let runs = 0
  const f = openMemory(t).cache(async (_n: number) => ++runs, { validate: async () => later(false) })
  t.deepEqual([await f(1), await f(1)], [1, 2])
})

test('what answers at once refuses an async validate', async (t) => {
  const f = openMemory(t).cache(async (n: number) => n, { validate: async () => true })
  t.false(f.has(1))
  await f(1)
  for (const ask of [() => f.has(1), () => f.lookup(1), () => f.explain(1)]) throwsCode(t, 'ERR_INVALID_OPTION', ask)
  t.is(f.key(1).length, 64)
})
