// A file was hashed, then changed, then read by the function: what it gave lay under the digest of the old content, and was
// found, wrongly, once the file was that again.
import test, { type ExecutionContext } from 'ava'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CacheOptions, type FileRef, type Memory, type MemoryOptions, fileOf } from '../../index.ts'
import { eventually } from '../kit/deadline.ts'
import { StoppedClock } from '../kit/stopped-clock.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

/** What happens meanwhile is no part of the key. */
const aside = { version: '1', captures: 'none' } as const

interface Reading {
  readonly memory: Memory
  readonly path: string
  /** What somebody else does after the file was hashed, and before the function reads it. */
  meanwhile: () => void
}

function reading(t: ExecutionContext, options: MemoryOptions = {}): Reading {
  const path = join(temporaryDirectory(t), 'rows.csv')
  writeFileSync(path, 'old')
  return { memory: openMemory(t, options), path, meanwhile: () => {} }
}

/** Ways to name the file, each a function of nothing that gives what is in it. */
function ways(
  day: Reading,
  options: CacheOptions = {},
): Record<string, { call: () => unknown; lookup: () => unknown }> {
  const { memory, path } = day
  const ref = fileOf(path)
  const read = (): string => {
    day.meanwhile()
    return readFileSync(path, 'utf8')
  }
  const base = { ...aside, ...options }
  const argument = memory.cache((file: FileRef) => (day.meanwhile(), readFileSync(file.path, 'utf8')), {
    ...base,
    name: 'argument',
  })
  const dependency = memory.cache(() => read(), { ...base, name: 'dependency', deps: [ref] })
  const promised = memory.cache(async (_: { file: FileRef }) => read(), { ...base, name: 'promised' })
  return {
    argument: { call: () => argument(ref), lookup: () => argument.lookup(ref) },
    dependency: { call: () => dependency(), lookup: () => dependency.lookup() },
    promised: { call: () => promised({ file: ref }), lookup: () => promised.lookup({ file: ref }) },
    refreshed: { call: () => argument.refresh(ref), lookup: () => argument.lookup(ref) },
    shelved: { call: () => argument.shelve(ref).value, lookup: () => argument.lookup(ref) },
  }
}

for (const way of ['argument', 'dependency', 'promised', 'refreshed', 'shelved']) {
  test.serial(`what a function gives of a file that was changed meanwhile is not stored: ${way}`, async (t) => {
    const heard = collectWarnings()
    const day = reading(t, { onError: 'throw' })
    const { call, lookup } = ways(day)[way]!
    day.meanwhile = () => writeFileSync(day.path, 'new')
    t.is(await call(), 'new')
    t.deepEqual(heard.codes(), ['ERR_INPUT_CHANGED'])
    t.like(lookup(), { status: 'miss' })

    day.meanwhile = () => {}
    writeFileSync(day.path, 'old')
    t.like(lookup(), { status: 'miss' }, 'nothing lies under the old content')
    t.is(await call(), 'old')
    t.like(lookup(), { status: 'hit' })
  })
}

test.serial('a file that was removed, or that came, was changed; one that was written again as it is was not', (t) => {
  const heard = collectWarnings()
  const day = reading(t)
  const path = join(temporaryDirectory(t), 'rows.csv')
  const count = day.memory.cache((_: FileRef) => (day.meanwhile(), 1), { ...aside, name: 'count' })
  day.meanwhile = () => writeFileSync(path, 'new')
  count(fileOf(path))
  t.deepEqual(heard.codes(), ['ERR_INPUT_CHANGED'])
  count(fileOf(path))
  t.true(count.has(fileOf(path)), 'the same was written')
  count.clear()
  day.meanwhile = () => rmSync(path)
  count(fileOf(path))
  t.is(day.memory.stats().entries, 0)
  t.is(heard.codes().length, 1, 'each cause is said once')
})

test.serial('what is made anew in the background of a file that was changed meanwhile is not stored', async (t) => {
  const heard = collectWarnings()
  const clock = new StoppedClock()
  const day = reading(t, { clock: clock.read })
  const { call } = ways(day, { maxAge: 10, staleWhileRevalidate: 100 })['promised']!
  t.is(await call(), 'old')
  clock.now += 20
  day.meanwhile = () => writeFileSync(day.path, 'new')
  t.is(await call(), 'old')
  await eventually('it has run anew', async () => {
    await sleep(5)
    return heard.codes().length > 0
  })
  t.deepEqual(heard.codes(), ['ERR_INPUT_CHANGED'])
  day.meanwhile = () => {}
  writeFileSync(day.path, 'old')
  t.is(await call(), 'old', 'the stale result, not that of the other content')
})

test.serial('files that were looked at by another call are no matter of this one', (t) => {
  const heard = collectWarnings()
  const day = reading(t)
  const other = day.memory.cache((_: FileRef) => 1, { ...aside, name: 'other' })
  const own = day.memory.cache(() => (day.meanwhile(), 2), { ...aside, name: 'own' })
  other(fileOf(day.path))
  day.meanwhile = () => {
    other(fileOf(day.path))
    writeFileSync(day.path, 'new')
  }
  own()
  t.true(own.has())
  t.deepEqual(heard.codes(), [])
})
