import test from 'ava'
import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Pipeline } from '../../index.ts'
import { environment } from '../kit/environment.ts'
import { statesOf } from '../kit/pipelines.ts'
import { smallFileSystem } from '../kit/small-file-system.ts'
import { UserProgram } from '../kit/user-program.ts'
import { collectWarnings } from '../kit/warnings.ts'

// It was tested as a store that cannot be written at all: here some writes go well.
test.serial('on a disk that is full a run gives what it gives, and is stored when there is room again', async (t) => {
  const disk = smallFileSystem(t, '96m')
  if (disk === undefined) return
  const ballast = join(disk.path, 'ballast')
  const pipeline = new Pipeline('full', { cacheDir: join(disk.path, 'store') })
  t.teardown(() => pipeline.close())
  const numbers = pipeline.step(function make(length: number) {
    return new Float64Array(length).fill(1)
  }, 1 << 21)
  const doubled = pipeline.step(function double(values: Float64Array) {
    return values.map((value) => value * 2)
  }, numbers)
  const sum = pipeline.step(function add(values: Float64Array) {
    return values.reduce((total, value) => total + value, 0)
  }, doubled)
  const small = pipeline.step(function one() {
    return 1
  })
  t.is((await pipeline.run({ only: ['one'] })).get(small), 1)

  const warnings = collectWarnings()
  t.throws(() => writeFileSync(ballast, Buffer.alloc(128 << 20)), { code: 'ENOSPC' })
  const full = (await pipeline.run()).orThrow()
  t.is(full.get(sum), 1 << 22)
  t.like(statesOf(full), { make: 'ran', double: 'ran', add: 'ran' })
  t.true(warnings.codes().includes('ERR_STORE_UNAVAILABLE'))

  rmSync(ballast)
  t.is((await pipeline.run()).orThrow().get(sum), 1 << 22)
  const warm = (await pipeline.run()).orThrow()
  t.is(warm.get(sum), 1 << 22)
  t.deepEqual(statesOf(warm), { make: 'hit', double: 'hit', add: 'hit', one: 'hit' })
})

const PROGRAM = `
import { Pipeline } from 'engram'
const codes = []
process.on('warning', ({ code }) => codes.push(code))
const pipeline = new Pipeline('limited', { cacheDir: 'store' })
const numbers = pipeline.step(function make(length) { return new Float64Array(length).fill(1) }, 1 << 21)
const sum = pipeline.step(function add(values) { return values.reduce((total, value) => total + value, 0) }, numbers)
const result = (await pipeline.run()).orThrow()
const states = Object.fromEntries(Object.entries(result.stepResults).map(([name, { state }]) => [name, state]))
const value = result.get(sum)
await pipeline.close()
await new Promise(setImmediate)
console.log(JSON.stringify({ states, value, codes }))
`

const onUnix = process.platform === 'win32' ? test.skip : test

onUnix(
  'where no file may be so long, a run gives what it gives, keeps what is small, and is stored when it may',
  async (t) => {
    const { directory } = new UserProgram(t, PROGRAM, 'program.mjs')
    const loader = new URL('../kit/typescript.mjs', import.meta.url).href
    const run = async (limit: string): Promise<any> => {
      const program = [process.execPath, '--no-warnings', `--import=${loader}`, 'program.mjs']
      const script = ['-c', `ulimit -f ${limit} && exec "$@"`, 'sh', ...program]
      const { stdout } = await promisify(execFile)('sh', script, { cwd: directory, env: environment() })
      return JSON.parse(stdout)
    }
    const codes = ['ERR_STORE_UNAVAILABLE']
    // In units of 512 bytes: 8 MiB, and the value has 16.
    t.deepEqual(await run('16384'), { states: { make: 'ran', add: 'ran' }, value: 1 << 21, codes })
    t.deepEqual(await run('16384'), { states: { make: 'ran', add: 'hit' }, value: 1 << 21, codes })
    t.deepEqual(await run('unlimited'), { states: { make: 'ran', add: 'hit' }, value: 1 << 21, codes: [] })
    t.deepEqual(await run('unlimited'), { states: { make: 'hit', add: 'hit' }, value: 1 << 21, codes: [] })
  },
)
