// A file, or a directory, counts by what is in it: wherever it lies, and whatever was there before.
import test, { type ExecutionContext } from 'ava'
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type FileRef, fileOf, withHash } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

function keys(t: ExecutionContext): (path: string) => string {
  const f = openMemory(t).cache((file: FileRef) => file.path, { name: 'f' })
  return (path) => f.key(fileOf(path))
}

/** A directory with a file, and one in another directory. */
function tree(at: string): string {
  mkdirSync(join(at, 'inner'), { recursive: true })
  writeFileSync(join(at, 'a.txt'), 'a')
  writeFileSync(join(at, 'inner', 'b.txt'), 'b')
  return at
}

test('a file counts by its content, not by its path', (t) => {
  const key = keys(t)
  const directory = temporaryDirectory(t)
  const [one, other] = [join(directory, 'one'), join(directory, 'other')]
  writeFileSync(one, 'rows')
  copyFileSync(one, other)
  t.is(key(one), key(other))
  writeFileSync(other, 'more')
  t.not(key(one), key(other))
  t.is(fileOf(pathToFileURL(one)).path, one)
  t.is(fileOf(one).byteLength, 4)
})

// Tools that copy files set the time of the change back.
test('an edit is noticed that leaves length and time of the change as they were', (t) => {
  const key = keys(t)
  const path = join(temporaryDirectory(t), 'file')
  const long = new Date(1_000_000_000_000)
  writeFileSync(path, 'aaaa')
  utimesSync(path, long, long)
  const before = key(path)
  t.is(key(path), before)
  writeFileSync(path, 'bbbb')
  utimesSync(path, long, long)
  t.not(key(path), before)
})

test('a directory counts by the names and contents in it, wherever it lies', (t) => {
  const key = keys(t)
  const directory = temporaryDirectory(t)
  const root = tree(join(directory, 'one'))
  const before = key(root)
  t.is(key(tree(join(directory, 'other'))), before)
  t.is(fileOf(root).byteLength, 2)

  const changes: [string, () => void, () => void][] = [
    [
      'a content',
      () => writeFileSync(join(root, 'inner/b.txt'), 'c'),
      () => writeFileSync(join(root, 'inner/b.txt'), 'b'),
    ],
    [
      'a name',
      () => renameSync(join(root, 'a.txt'), join(root, 'c.txt')),
      () => renameSync(join(root, 'c.txt'), join(root, 'a.txt')),
    ],
    ['one more', () => writeFileSync(join(root, 'z'), ''), () => rmSync(join(root, 'z'))],
    ['an empty directory', () => mkdirSync(join(root, 'z')), () => rmSync(join(root, 'z'), { recursive: true })],
    [
      'a place',
      () => renameSync(join(root, 'inner/b.txt'), join(root, 'b.txt')),
      () => renameSync(join(root, 'b.txt'), join(root, 'inner/b.txt')),
    ],
  ]
  for (const [what, change, undo] of changes) {
    change()
    t.not(key(root), before, what)
    undo()
    t.is(key(root), before, what)
  }
})

test('a directory and a file of its name differ, and both from nothing', (t) => {
  const key = keys(t)
  const path = join(temporaryDirectory(t), 'x')
  const none = key(path)
  mkdirSync(path)
  const directory = key(path)
  rmSync(path, { recursive: true })
  writeFileSync(path, '')
  t.is(new Set([none, directory, key(path)]).size, 3)
})

test('a link counts as what it leads to; one into nothing or a circle by its text', (t) => {
  const key = keys(t)
  const directory = temporaryDirectory(t)
  const root = tree(join(directory, 'one'))
  const other = tree(join(directory, 'other'))
  symlinkSync(join(other, 'a.txt'), join(root, 'link'))
  writeFileSync(join(other, 'link'), 'a')
  t.is(key(root), key(other))

  for (const target of ['.', '..', '/', root, join(root, 'inner'), 'nothing']) {
    rmSync(join(root, 'link'))
    symlinkSync(target, join(root, 'link'))
    t.regex(key(root), /^[0-9a-f]{64}$/, target)
  }
  // Each leads into the other.
  rmSync(join(root, 'link'))
  symlinkSync(other, join(root, 'link'))
  rmSync(join(other, 'link'))
  symlinkSync(root, join(other, 'link'))
  t.regex(key(root), /^[0-9a-f]{64}$/)
})

// Reading a pipe that nobody writes to never ends.
test('what has no content keeps the call uncached, and is named', async (t) => {
  const memory = openMemory(t, { onError: 'throw' })
  const f = memory.cache((file: FileRef) => file.path, { name: 'f' })
  const directory = temporaryDirectory(t)
  execFileSync('mkfifo', [join(directory, 'pipe')])
  const server = createServer().listen(join(directory, 'socket'))
  t.teardown(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  for (const path of [join(directory, 'pipe'), join(directory, 'socket'), '/dev/zero', directory]) {
    throwsCode(t, 'ERR_UNHASHABLE', () => f(fileOf(path)))
    throwsCode(t, 'ERR_UNHASHABLE', () => memory.cache(() => 1, { name: 'g', deps: [fileOf(path)] }))
  }
})

test('what names no file is refused', (t) => {
  for (const wrong of [undefined, null, 5, {}, new URL('https://example.org')]) {
    t.throws(() => fileOf(wrong as never))
  }
})

/** A file of this length that takes no room: zeros that were never written. */
function sparse(t: ExecutionContext, byteLength: number): string {
  const path = join(temporaryDirectory(t), 'sparse')
  writeFileSync(path, '')
  truncateSync(path, byteLength)
  return path
}

// Of a file, as of any other, all bytes count, also those that a file system does not keep.
test('a sparse file counts as one that has its zeros written, and takes no memory', (t) => {
  const key = keys(t)
  const length = 8 * 1024 * 1024
  const whole = join(temporaryDirectory(t), 'whole')
  writeFileSync(whole, Buffer.alloc(length))
  t.is(key(sparse(t, length)), key(whole))
  t.not(key(sparse(t, length + 1)), key(whole))

  const path = sparse(t, 512 * 1024 * 1024)
  t.is(statSync(path).blocks, 0)
  const before = process.memoryUsage.rss()
  t.regex(key(path), /^[0-9a-f]{64}$/)
  t.true(process.memoryUsage.rss() - before < 128 * 1024 * 1024, 'it is read in pieces')
})

test('a file of 100 GB is not read where a name stands for its content', (t) => {
  const path = sparse(t, 100 * 1024 ** 3)
  let runs = 0
  const size = openMemory(t, { onError: 'throw' }).cache(
    (file: FileRef) => {
      runs++
      return statSync(file.path).size
    },
    { name: 'size', version: '1' },
  )
  const named = (name: string): FileRef => withHash(fileOf(path), name)
  t.deepEqual([size(named('release 7')), size(named('release 7')), runs], [100 * 1024 ** 3, 100 * 1024 ** 3, 1])
  size(named('release 8'))
  t.is(runs, 2)
})
