// Programs that are bundled together with engram: only the addon stays a file of its own.
import test from 'ava'
import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryDirectory } from '../kit/temporary-store.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))

test('a bundled program reads durations', async (t) => {
  // The parser was loaded with `require` when it was needed, so that it was not in the bundle.
  const folder = temporaryDirectory(t)
  symlinkSync(join(project, 'native'), join(folder, 'native'))
  const contents = `import { Memory } from './index.ts'
    const memory = new Memory({ location: ${JSON.stringify(join(folder, 'store'))}, onError: 'throw' })
    const load = memory.cache((n) => n * 2, { name: 'load', maxAge: '7d' })
    load(2)
    console.log(load.lookup(2).status, [...memory.entries({ olderThan: '1h' })].length)
    await memory.close()`
  const outfile = join(folder, 'dist/program.mjs')
  await build({
    stdin: { contents, resolveDir: project },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['#binding'],
  })
  t.is(execFileSync(process.execPath, [outfile], { encoding: 'utf8', cwd: folder }), 'hit 0\n')
})
