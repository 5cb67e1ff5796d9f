import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism, freemem } from 'node:os'
import { join } from 'node:path'
import { StepFailed, announce } from '../command.mjs'
import { textOf } from './recipe.mjs'
import { inTurn } from './turn.mjs'

const library = 'librocksdb.a'

const MEMORY_OF_A_UNIT = 1.3e9
const MINUTES_OF_A_CORE = 17

/** How many compilers run at once: as cargo, but no more than there is memory for. */
export function jobsFor({ cores, memory, wanted }) {
  const most = Number(wanted) > 0 ? Math.min(Number(wanted), cores) : cores
  return Math.max(1, Math.min(most, Math.floor(memory / MEMORY_OF_A_UNIT)))
}

function jobsHere() {
  const memory = process.availableMemory?.() ?? freemem()
  return jobsFor({ cores: availableParallelism(), memory, wanted: process.env.CARGO_BUILD_JOBS })
}

// English messages of the compiler, as reasons are read from them.
function runQuietly(program, args, { directory, env }) {
  return new Promise((resolve) => {
    const english = { ...env, LC_ALL: 'C' }
    const child = spawn(program, args, { cwd: directory, env: english, stdio: ['ignore', 'inherit', 'pipe'] })
    let text = ''
    child.stderr.setEncoding('utf8').on('data', (chunk) => (text += chunk))
    child.on('error', (error) => resolve({ code: 1, text: `${error.message}\n` }))
    child.on('close', (code, signal) => resolve({ code, signal, text }))
  })
}

function remedy({ text, signal }, folder) {
  if (/No space left on device|ENOSPC/.test(text)) {
    return `No space is left for ${folder} or for temporary files. Free 1 GB, or set XDG_CACHE_HOME to a folder on \
another disk, and start again: what was compiled is kept`
  }
  if (signal || /killed|out of memory|cannot allocate memory/i.test(text)) {
    return `The compiler was ended from outside, most likely for want of memory: it takes up to 1.3 GB. Start again \
with CARGO_BUILD_JOBS=1: what was compiled is kept`
  }
  if (/EROFS|EACCES|EPERM/.test(text)) return `Set XDG_CACHE_HOME to a folder that can be written`
  return `With ROCKSDB_COMPILE=1 it is compiled file by file, which takes an hour of a core and suits more compilers`
}

async function runOrFail(what, program, args, { directory, env, folder }) {
  const result = await runQuietly(program, args, { directory, env })
  if (result.code === 0) return
  process.stderr.write(result.text)
  throw new StepFailed(`Compiling RocksDB failed (${what}). ${remedy(result, folder)}`)
}

// What stands under its own name is whole, whatever ended the process or the machine.
function keep(path, name) {
  const file = openSync(path, 'r+')
  fsyncSync(file)
  closeSync(file)
  renameSync(path, name)
}

function describe({ sources }) {
  const [first, ...rest] = sources
  return rest.length === 0 ? first : `${first} and ${rest.length} more`
}

async function compileUnit(unit, { compiler, directory, env, folder }) {
  const [text, object, fresh] = ['.cc', '.o', `.o.${process.pid}`].map((end) => join(folder, unit.name + end))
  writeFileSync(text, textOf(unit))
  const flags = [...compiler.flags, ...(unit.flags ?? []), ...compiler.last]
  const args = [...compiler.first, ...flags, '-o', fresh, '-c', text]
  await runOrFail(describe(unit), compiler.program, args, { directory, env, folder })
  keep(fresh, object)
}

async function compileUnits(units, recipe, jobs) {
  // The largest first, so that all cores end at about the same time.
  const todo = units.filter(({ name }) => !existsSync(join(recipe.folder, `${name}.o`))).sort((a, b) => b.size - a.size)
  let begun = units.length - todo.length
  if (todo.length > 0) {
    const minutes = Math.ceil((MINUTES_OF_A_CORE * todo.length) / units.length / jobs)
    announce(`compiling RocksDB for this and later clones: about ${minutes} minutes with ${jobs} compilers at once`)
  }
  let failed
  async function work() {
    for (let unit = todo.shift(); unit; unit = todo.shift()) {
      announce(`compiling RocksDB, ${++begun} of ${units.length} (${describe(unit)})`)
      await compileUnit(unit, recipe).catch((error) => {
        failed ??= error
        todo.length = 0
      })
    }
  }
  // After a failure the others are waited for: what they compile is kept.
  await Promise.all(Array.from({ length: jobs }, work))
  if (failed) throw failed
}

async function putTogether(units, { archiver, env, folder }) {
  const fresh = join(folder, `${library}.${process.pid}`)
  const objects = units.map(({ name }) => join(folder, `${name}.o`))
  rmSync(fresh, { force: true })
  await runOrFail(library, archiver.program, [...archiver.first, 'crs', fresh, ...objects], { env, folder })
  keep(fresh, join(folder, library))
  const rest = readdirSync(folder).filter((name) => name.startsWith('unit-') || name.startsWith(`${library}.`))
  for (const name of rest) rmSync(join(folder, name), { force: true })
}

/** Whether a folder holds the library. */
export function isBuilt(folder) {
  return existsSync(join(folder, library))
}

async function build(recipe) {
  const { folder } = recipe
  const units = recipe.units.map((unit, place) => ({ ...unit, name: `unit-${String(place + 1).padStart(2, '0')}` }))
  const onWait = () => announce(`waiting for another build, which compiles RocksDB in ${folder}`)
  mkdirSync(folder, { recursive: true })
  await inTurn(folder, { isDone: () => isBuilt(folder), onWait }, async () => {
    await compileUnits(units, recipe, jobsHere())
    await putTogether(units, recipe)
  })
}

/**
 * Builds the library in a folder that is for this recipe alone. What an earlier build compiled there is used.
 *
 * @throws {StepFailed} when it cannot be built, with what to do about it
 */
export async function buildLibrary(recipe) {
  try {
    await build(recipe)
  } catch (error) {
    // Another build, which took this one for dead, was done first and cleared away what this one needed.
    if (isBuilt(recipe.folder)) return
    if (error instanceof StepFailed || error.syscall === undefined) throw error
    throw new StepFailed(
      `Compiling RocksDB failed: ${error.message}. ${remedy({ text: error.message }, recipe.folder)}`,
    )
  }
}
