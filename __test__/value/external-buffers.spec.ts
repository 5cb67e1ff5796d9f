import test, { type ExecutionContext } from 'ava'
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Memory } from '../../index.ts'
import { run } from '../kit/program.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'
import { cachedLargeValue, largeValue } from '../process/programs/large-value.ts'

/** A runtime's refusal as a library; undefined where none can be made: the test says so and is over. */
function refusingRuntime(t: ExecutionContext): string | undefined {
  const hasCompiler = spawnSync('cc', ['--version'], { stdio: 'ignore' }).error === undefined
  if (process.platform !== 'linux' || !hasCompiler) {
    t.log('skipped: refusing external buffers needs Linux and a C compiler')
    t.pass()
    return undefined
  }
  const library = join(temporaryDirectory(t), 'refusing-runtime.node')
  const source = fileURLToPath(new URL('../process/programs/refusing-runtime.c', import.meta.url))
  execFileSync('cc', ['-shared', '-fPIC', '-o', library, source])
  return library
}

/** The location of a store that holds the large value. */
async function stored(t: ExecutionContext): Promise<string> {
  const location = join(temporaryDirectory(t), 'store')
  const memory = new Memory({ location, onError: 'throw' })
  cachedLargeValue(memory, largeValue)()
  await memory.close()
  return location
}

async function loaded(t: ExecutionContext, ...args: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await run('load-refused.ts', ...args)
  t.is(stderr, '')
  t.is(code, 0)
  return JSON.parse(stdout)
}

test('where the runtime refuses external buffers, large values are loaded as copies', async (t) => {
  const runtime = refusingRuntime(t)
  if (runtime === undefined) return
  const location = await stored(t)
  const mapped = { isWhole: true, isMapped: true, isWholeAgain: true, written: -1 }
  t.deepEqual(await loaded(t, location), mapped)
  const core = join(temporaryDirectory(t), 'core.node')
  t.deepEqual(await loaded(t, location, runtime, core), { ...mapped, isMapped: false })
})

// V8 ends the process where it cannot have the memory that Node-API asks it for.
test('where there is no memory for a loaded array, the function runs', async (t) => {
  const { code, stdout, stderr } = await run('no-memory', join(temporaryDirectory(t), 'store'))
  t.is(code, 0)
  t.regex(stderr, /ERR_STORE_UNAVAILABLE/)
  t.deepEqual(JSON.parse(stdout), { isRight: true, runs: 2 })
})
