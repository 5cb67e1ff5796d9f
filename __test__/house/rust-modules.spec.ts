import test from 'ava'
import { circlesIn } from '../kit/circles.ts'
import { codeOf, importsOf, rustFilesIn } from '../kit/rust-imports.ts'

// The rooms of the core, lowest first. A module uses what rows above its own define; modules of one row do not know each
// other. A new file needs no line here, a new room needs one.
const rooms: readonly (readonly string[])[] = [
  ['error', 'digest', 'clock', 'progress'],
  ['hash', 'codec', 'store', 'lease', 'fingerprint'],
  ['explanation', 'bytecode'],
  ['engine'],
  ['sharing'],
]

const core = rustFilesIn('crate/core/src').filter((file) => !file.endsWith('/lib.rs'))
const binding = rustFilesIn('crate/binding/src')
const roomOf = (file: string): string => /^crate\/core\/src\/(\w+)/.exec(file)![1]!
const rowOf = (file: string): number => rooms.findIndex((row) => row.includes(roomOf(file)))

/** The files whose code names this. */
function filesWith(name: RegExp): string[] {
  return [...core, ...binding].filter((file) => name.test(codeOf(file)))
}

test('every file of the core is in a room', (t) => {
  t.deepEqual(
    core.filter((file) => rowOf(file) < 0),
    [],
  )
})

test('a room of the core uses rooms from rows above its own', (t) => {
  const upward = core.flatMap((file) =>
    importsOf(file)
      .filter((used) => roomOf(used) !== roomOf(file) && rowOf(used) >= rowOf(file))
      .map((used) => `${file} uses ${used}`),
  )
  t.deepEqual(upward, [])
})

test('no module is part of a circle, tests included', (t) => {
  const files = ['src', 'tests'].flatMap((folder) => rustFilesIn(`crate/core/${folder}`)).concat(binding)
  t.deepEqual(circlesIn(new Map(files.map((file) => [file, importsOf(file)]))), [])
})

test('one file alone uses RocksDB, and one maps memory', (t) => {
  t.deepEqual(filesWith(/\brocksdb\b/), ['crate/core/src/store/index.rs'])
  t.deepEqual(filesWith(/\bmemmap2\b/), ['crate/core/src/store/mapping.rs'])
})
