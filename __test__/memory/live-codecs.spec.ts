import test, { type ExecutionContext } from 'ava'
import { rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FileRef, type Memory, Payload, fileOf } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { StoppedClock } from '../kit/stopped-clock.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

interface Written {
  readonly path: string
  readonly runs: () => number
  readonly write: ((n: number) => { file: FileRef; n: number }) & ReturnType<Memory['cache']>
}

/** A function that writes a file and returns it. */
function writing(t: ExecutionContext, options: Parameters<Memory['cache']>[1] = {}, memory = openMemory(t)): Written {
  const path = join(temporaryDirectory(t), 'out.txt')
  let runs = 0
  const fn = (n: number) => {
    runs++
    writeFileSync(path, `rows of ${n}`)
    return { file: fileOf(path), n }
  }
  const write = memory.cache(fn, { version: '1', name: 'write', ...options }) as unknown as Written['write']
  return { path, runs: () => runs, write }
}

test('a file that was returned comes back, and is that file', (t) => {
  const { path, runs, write } = writing(t)
  const digest = write(1).file.digest
  const { file, n } = write(1)
  t.deepEqual([file.path, file.digest, file.byteLength, n, runs()], [path, digest, 9, 1, 1])
  t.true(write.has(1))
  t.is(write.lookupMany([[1]])[0]!.status, 'hit')
})

test('an entry is stale once a file in it has other content, or is gone', (t) => {
  const { path, runs, write } = writing(t)
  write(1)
  writeFileSync(path, 'rows of 2')
  t.like(write.lookup(1), { status: 'stale', reason: 'changed' })
  t.like(write.lookupMany([[1], [2]]), [
    { status: 'stale', reason: 'changed' },
    { status: 'miss', reason: 'absent' },
  ])
  t.false(write.has(1))
  write(1)
  t.is(runs(), 2)
  rmSync(path)
  write(1)
  t.is(runs(), 3)
  write(1)
  t.is(runs(), 3)
  t.like(write.stats(), { hits: 1, misses: 1, stale: 2 })
})

test('a file that was only touched is the same', (t) => {
  const { path, runs, write } = writing(t)
  write(1)
  utimesSync(path, 1, 1)
  write(1)
  t.is(runs(), 1)
})

test('shelve runs again where a file was changed, and a promise of one is as good', async (t) => {
  const { path, runs, write } = writing(t)
  write(1)
  const first = write.shelve(1) as unknown as Payload
  t.is(runs(), 1)
  rmSync(path)
  const second = write.shelve(1) as unknown as Payload
  t.is(runs(), 2)
  t.is(first.digest, second.digest)
  const memory = openMemory(t)
  const later = memory.cache(async () => [fileOf(path)], { version: '1', name: 'later' })
  await later()
  t.is((await later())[0]!.path, path)
  rmSync(path)
  t.like(later.lookup(), { status: 'stale', reason: 'changed' })
})

test('what was changed is not served while it is refreshed', (t) => {
  const clock = new StoppedClock()
  const memory = openMemory(t, { clock: clock.read })
  const { path, runs, write } = writing(t, { maxAge: 10, staleWhileRevalidate: 100 }, memory)
  write(1)
  clock.now += 20
  rmSync(path)
  write(1)
  t.is(runs(), 2)
})

test('a directory counts by all that is in it', (t) => {
  const directory = temporaryDirectory(t)
  let runs = 0
  const split = openMemory(t).cache(
    () => {
      runs++
      for (const part of ['a', 'b']) writeFileSync(join(directory, part), part)
      return new Map([['parts', fileOf(directory)]])
    },
    { version: '1', name: 'split' },
  )
  split()
  split()
  t.is(runs, 1)
  writeFileSync(join(directory, 'c'), '')
  split()
  t.is(runs, 2)
})

// A payload that no memory has stored knew nothing of files: its digest was refused.
test('a payload that is not stored may have files in it, and has the digest that it has once stored', (t) => {
  const path = join(temporaryDirectory(t), 'rows.csv')
  writeFileSync(path, 'a,b')
  const value = { rows: fileOf(path), n: 1 }
  const { digest } = new Payload(value)
  t.is(openMemory(t).payload(value).digest, digest)
  writeFileSync(path, 'a,b,c')
  t.not(new Payload(value).digest, digest)
})

test('a payload in a result is stored as a reference, and the result goes with it', (t) => {
  const memory = openMemory(t)
  let runs = 0
  const make = memory.cache(
    (n: number) => {
      runs++
      return { stored: memory.payload([n]), own: new Payload({ n }) }
    },
    { version: '1', name: 'make' },
  )
  make(1)
  const { stored, own } = make(1)
  t.deepEqual([stored.value, own.value, runs], [[1], { n: 1 }, 1])
  stored.clear()
  t.like(make.lookup(1), { status: 'stale', reason: 'changed' })
  make(1)
  t.is(runs, 2)
  t.deepEqual(make(1).stored.value, [1])
})

test("a payload of another memory is stored in this one's result", async (t) => {
  const other = openMemory(t)
  const memory = openMemory(t)
  const make = memory.cache(() => [other.payload('far')], { version: '1', name: 'make' })
  make()
  await other.close()
  t.is(make()[0]!.value, 'far')
})

test('a payload whose value cannot be stored keeps the result from being stored', (t) => {
  const warnings = collectWarnings()
  const make = openMemory(t).cache(() => new Payload(new WeakMap()), { version: '1', name: 'make' })
  make()
  t.false(make.has())
  t.deepEqual(warnings.codes(), ['ERR_UNSERIALIZABLE'])
})

test('what a memory stores by itself takes no name from codecs of the user', (t) => {
  class Point {
    x: number

    constructor(x: number) {
      this.x = x
    }
  }
  const memory = openMemory(t)
  const codec = { encode: ({ x }: Point) => x, decode: (x: number) => new Point(x) }
  memory.register(Point, { ...codec, name: 'file' })
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.register(Point, { ...codec, name: 'engram.file' }))
})
