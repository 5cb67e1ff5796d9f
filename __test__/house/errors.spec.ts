// docs/errors.md has each code that a user may meet, and none that there is not.
import test from 'ava'
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { filesIn } from '../kit/files.ts'

const project = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, project), 'utf8')
const table = Array.from(read('docs/errors.md').matchAll(/^\| `(ERR_\w+)` \|(.*)\|$/gm), ([, code, rest]) => ({
  code: code!,
  cells: rest!.split('|').map((cell) => cell.trim()),
}))
const codes = table.map(({ code }) => code).toSorted()

function codesIn(text: string, form: RegExp): string[] {
  return Array.from(text.matchAll(form), ([, code]) => code!)
}

/** Codes as they stand in the sources, and in the words of the core. */
const used = new Set(
  ['src', 'crate/core/src', 'crate/binding/src', 'npm']
    .flatMap((folder) => filesIn(fileURLToPath(new URL(folder, project))))
    .filter((file) => /\.(?:ts|rs|cjs)$/.test(file) && !file.endsWith('src/words/error.ts'))
    .flatMap((file) => codesIn(readFileSync(file, 'utf8'), /['"](ERR_[A-Z_]+)['"]/g)),
)
/** Those of Node, which are told from one another here and there. */
const ofNode = ['ERR_DLOPEN_DISABLED', 'ERR_UNKNOWN_FILE_EXTENSION']

test('the table has each code of EngramErrorCode', (t) => {
  const [, type = ''] = /export type EngramErrorCode =(.*?)\n\n/s.exec(read('src/words/error.ts')) ?? []
  t.deepEqual(codes, codesIn(type, /'(ERR_\w+)'/g).toSorted())
})

test('each code of the table is used, and each code that is used is in the table', (t) => {
  t.deepEqual(codes, [...used].filter((code) => !ofNode.includes(code)).toSorted())
})

test('the table says how, when, and what to do', (t) => {
  for (const { code, cells } of table) t.true(cells.length === 3 && cells.every((cell) => cell.length > 5), code)
})

test('no document speaks of a code that there is not', (t) => {
  const documents = readdirSync(new URL('docs', project)).filter((name) => name.endsWith('.md'))
  for (const document of ['README.md', ...documents.map((name) => `docs/${name}`)]) {
    const known = [...codes, ...ofNode]
    const unknown = codesIn(read(document), /`(ERR_[A-Z_]+)`/g).filter((code) => !known.includes(code))
    t.deepEqual(unknown, [], document)
  }
})
