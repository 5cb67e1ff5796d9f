import test, { type ExecutionContext } from 'ava'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { PATIENCE_MS } from '../kit/deadline.ts'
import { environment } from '../kit/environment.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

const typescript = new URL('../kit/typescript.mjs', import.meta.url).href
const programs = fileURLToPath(new URL('programs', import.meta.url))

/** What a program says that is started by the name of its file. */
async function linesOf(t: ExecutionContext, name: string): Promise<string[]> {
  const args = [`--import=${typescript}`, '--no-warnings', join(programs, name), join(temporaryDirectory(t), 'store')]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: environment(), timeout: PATIENCE_MS })
  return stdout.trim().split('\n')
}

test('steps of the module that was started run in its thread, others do not, and the program ends by itself', async (t) => {
  t.deepEqual((await linesOf(t, 'entry.ts')).toSorted(), ['ERR_UNSENDABLE', 'ran true 2 true'])
})

test('a module that runs a pipeline when it is imported does not wait for itself', async (t) => {
  t.deepEqual(await linesOf(t, 'main.ts'), ['main 42'])
})
