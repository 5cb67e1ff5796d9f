import test from 'ava'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { circlesIn } from '../kit/circles.ts'

// The rooms of src/, lowest first. A folder imports from rows above its own; folders of one row do not know each other. A
// new file needs no line here, a new folder needs one.
const rooms: readonly (readonly string[])[] = [
  ['platform', 'words'],
  ['native', 'function', 'value'],
  ['key', 'report', 'code', 'codecs'],
  ['option'],
  ['fingerprint'],
  ['entry'],
  ['call'],
  ['memory'],
  ['run'],
  ['pipeline', 'task', 'work'],
  ['threads'],
  ['cli'],
]

const root = fileURLToPath(new URL('../..', import.meta.url))

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => join(folder, name).replaceAll('\\', '/'))
}

/** What a file imports, for its types too: knowing a type is knowing its file. */
function importsOf(path: string): string[] {
  return ts.preProcessFile(readFileSync(join(root, path), 'utf8')).importedFiles.map((file) => file.fileName)
}

/** The files of this project that a file imports. */
function neighboursOf(path: string): string[] {
  return importsOf(path)
    .filter((name) => name.startsWith('.'))
    .map((name) => relative(root, join(root, dirname(path), name)).replaceAll('\\', '/'))
}

function graphOf(paths: readonly string[]): Map<string, string[]> {
  return new Map(paths.map((path) => [path, neighboursOf(path)]))
}

const sources = sourcesIn('src')
const roomOf = (path: string): string => path.split('/')[1]!
const rowOf = (path: string): number => rooms.findIndex((row) => row.includes(roomOf(path)))

/** Files that import what `matches` and are none of these. */
function importersOf(matches: RegExp, ...allowed: string[]): string[] {
  return sources.filter((path) => importsOf(path).some((name) => matches.test(name)) && !allowed.includes(path))
}

test('every source file is in a room', (t) => {
  t.deepEqual(
    sources.filter((path) => rowOf(path) < 0),
    [],
  )
})

test('a room imports from rows above its own', (t) => {
  const upward = sources.flatMap((path) =>
    neighboursOf(path)
      .filter((imported) => roomOf(imported) !== roomOf(path) && rowOf(imported) >= rowOf(path))
      .map((imported) => `${path} imports ${imported}`),
  )
  t.deepEqual(upward, [])
})

test('no import goes in a circle, in the sources and in the tests', (t) => {
  const everywhere = ['src', '__test__', 'benchmark', 'examples'].flatMap(sourcesIn)
  t.deepEqual(circlesIn(graphOf([...everywhere, 'index.ts'])), [])
})

test('one file alone imports the addon, and one the inspector', (t) => {
  t.deepEqual(importersOf(/^#binding$|\.node$|native\/.*\.c?js/, 'src/native/addon.ts'), [])
  t.deepEqual(importersOf(/^node:inspector/, 'src/code/inspector.ts'), [])
})

test('a ready codec is loaded by nothing else, and loads no package', (t) => {
  const isCodec = (path: string): boolean => roomOf(path) === 'codecs'
  const others = [...sources.filter((path) => !isCodec(path)), 'index.ts']
  t.deepEqual(
    others.filter((path) => neighboursOf(path).some(isCodec)),
    [],
  )
  t.deepEqual(
    sources.filter((path) => isCodec(path) && importsOf(path).some((name) => !name.startsWith('.'))),
    [],
  )
})

test('arguments and results become bytes without the addon', (t) => {
  const knowing = sources.filter((path) => ['key', 'value'].includes(roomOf(path)))
  t.deepEqual(
    knowing.filter((path) => neighboursOf(path).some((imported) => roomOf(imported) === 'native')),
    [],
  )
})
