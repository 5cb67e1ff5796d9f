import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import ts from 'typescript'

// Lowest first. A file imports from rows above its own here, never from its own row or one below. A new file of src/
// gets a place, as low as its imports allow.
const layers: readonly (readonly string[])[] = [
  ['builtin'],
  ['platform'],
  [
    'byte-sink',
    'bytecode',
    'error',
    'front-arguments',
    'front-marks',
    'front-value',
    'function-id',
    'function-stats',
    'function-text',
    'identifier',
    'key-count',
    'key-realm',
    'key-tag',
    'receiver',
    'reflection',
    'stand-in',
    'value-array',
    'value-identity',
    'value-record-fill',
    'wire',
  ],
  ['words'],
  [
    'byte-size',
    'duration',
    'expires-after',
    'findings',
    'key-failure',
    'memory-stats',
    'native',
    'parameters',
    'type-registry',
    'value-kinds',
    'value-path',
    'value-reader',
    'value-shape-index',
    'value-writer',
  ],
  ['entry-info', 'key-walk', 'scratch', 'shown-name', 'value-memory-decoder', 'value-memory-encoder', 'value-shape-cache'],
  [
    'cache-options',
    'captured-value',
    'explanation',
    'hash-option',
    'key-bytes',
    'key-order',
    'key-text',
    'lookup',
    'trouble',
    'value-builtin-encoder',
    'value-decoder',
  ],
  ['call-event', 'front-entries', 'function-identity', 'key-builtin', 'key-shape', 'limits', 'module-home', 'value-encoder', 'wrapped'],
  ['dependency', 'function-facts', 'key-container', 'memory-options', 'narration'],
  ['class-members', 'given', 'receiver-reach'],
  ['fingerprint-options', 'key-encoder'],
  ['key-digest'],
  ['reach'],
  ['value-description'],
  ['description'],
  ['exploration'],
  ['code-parts'],
  ['fingerprint', 'function-store'],
  ['code-stores'],
  ['call', 'run-context'],
  ['call-runs'],
  ['cached-calls'],
  ['cached-function', 'cached-method'],
  ['wrapping'],
  ['memory'],
  ['index'],
]

const root = fileURLToPath(new URL('..', import.meta.url))

const sources = [
  join(root, 'index.ts'),
  ...readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, 'src', name)),
]

function nounOf(path: string): string {
  return relative(join(root, 'src'), path).replaceAll('\\', '/').replace(/^\.\.\//, '').replace(/\.ts$/, '')
}

/** What a file imports, for its types too: knowing a type is knowing its file. */
function importsOf(path: string): string[] {
  return ts.preProcessFile(readFileSync(path, 'utf8')).importedFiles.map((file) => file.fileName)
}

function layerOf(noun: string): number {
  return layers.findIndex((layer) => layer.includes(noun))
}

test('every source file has one place in the layers', (t) => {
  const places = layers.flat()
  t.is(new Set(places).size, places.length)
  t.deepEqual(sources.map(nounOf).filter((noun) => layerOf(noun) < 0), [])
})

test('a source file imports from lower layers only', (t) => {
  const upward = sources.flatMap((path) =>
    importsOf(path)
      .filter((name) => name.startsWith('.'))
      .map((name) => nounOf(join(path, '..', name)))
      .filter((imported) => layerOf(imported) >= layerOf(nounOf(path)))
      .map((imported) => `${nounOf(path)} imports ${imported}`),
  )
  t.deepEqual(upward, [])
})

test('one file alone imports the native binding', (t) => {
  const importers = sources.filter((path) => importsOf(path).some((name) => /^#binding$|\.node$|native\//.test(name)))
  t.deepEqual(importers.map(nounOf).filter((noun) => noun !== 'native'), [])
})
