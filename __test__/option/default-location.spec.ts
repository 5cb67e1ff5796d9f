// Two runs of one script had two stores, as their shells stood in two folders; and a build deleted the store in `dist`.
import test, { type ExecutionContext } from 'ava'
import { execFileSync } from 'node:child_process'
import { mkdirSync, realpathSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { environment } from '../kit/environment.ts'
import { put } from '../kit/files.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const program = `import { Memory } from 'engram'\nconsole.log(new Memory().location)\n`

/** A folder with these files, in which `engram` is installed. */
function folderWith(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(temporaryDirectory(t))
  for (const [name, text] of Object.entries({ 'node_modules/.keep': '', ...files })) put(folder, name, text)
  symlinkSync(project, join(folder, 'node_modules/engram'), 'junction')
  return folder
}

function locationIn(folder: string, cwd: string, ...args: string[]): string {
  const options = { cwd: join(folder, cwd), env: environment(), encoding: 'utf8' } as const
  return execFileSync(process.execPath, args, options).trim()
}

test('it is beside the package.json above the script, wherever the shell stands', (t) => {
  const folder = folderWith(t, {
    'package.json': '{ "name": "program" }',
    'scripts/deep/run.mjs': program,
    'elsewhere/package.json': '{ "name": "other" }',
  })
  const script = join(folder, 'scripts/deep/run.mjs')
  for (const cwd of ['.', 'scripts', 'elsewhere']) t.is(locationIn(folder, cwd, script), join(folder, '.engram'))
})

test('a package.json that only says how a folder of built files is loaded is passed over', (t) => {
  const folder = folderWith(t, {
    'package.json': '{ "name": "program" }',
    'dist/package.json': '{ "type": "module" }',
    'dist/run.js': program,
  })
  t.is(locationIn(folder, 'dist', 'run.js'), join(folder, '.engram'))
})

test('a package.json without a name counts where no other is above it', (t) => {
  const folder = folderWith(t, { 'program/package.json': '{ "type": "module" }', 'program/lib/run.js': program })
  t.is(locationIn(folder, '.', 'program/lib/run.js'), join(folder, 'program/.engram'))
})

test('an installed tool works for the folder that it is started in', (t) => {
  const folder = folderWith(t, {
    'package.json': '{ "name": "program" }',
    'node_modules/runner/package.json': '{ "name": "runner" }',
    'node_modules/runner/run.mjs': program,
    'src/keep': '',
  })
  mkdirSync(join(folder, 'node_modules/.bin'))
  symlinkSync('../runner/run.mjs', join(folder, 'node_modules/.bin/runner'))
  t.is(locationIn(folder, 'src', '../node_modules/runner/run.mjs'), join(folder, '.engram'))
  t.is(locationIn(folder, 'src', '../node_modules/.bin/runner'), join(folder, '.engram'))
})

test('without a script it is that of the current directory', (t) => {
  const folder = folderWith(t, { 'package.json': '{ "name": "program" }', 'src/data.csv': '' })
  const args = ['--input-type=module', '-e', program, join(folder, '..', 'data.csv')]
  t.is(locationIn(folder, 'src', ...args), join(folder, '.engram'))
})

test('the environment may name it: a path from the current folder', (t) => {
  const folder = folderWith(t, { 'package.json': '{ "name": "program" }', 'src/run.mjs': program })
  const locationUnder = (given: string): string => {
    const env = { ...environment(), ENGRAM_LOCATION: given }
    return execFileSync(process.execPath, ['run.mjs'], { cwd: join(folder, 'src'), env, encoding: 'utf8' }).trim()
  }
  t.is(locationUnder('stores/a'), join(folder, 'src/stores/a'))
  t.is(locationUnder(''), join(folder, '.engram'))
})
