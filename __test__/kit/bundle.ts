import { buildSync } from 'esbuild'
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url))
const programs = ['peer', 'load', 'forks']
let folder: string | undefined

/**
 * The path of a program of the folder `programs`, bundled with the library's sources as they are now. It starts in a
 * third of the time that tsx takes, which counts where a test starts dozens of processes.
 */
export function bundledProgram(name: string): string {
  folder ??= bundle()
  return join(folder, `${name}.mjs`)
}

function bundle(): string {
  const made = mkdtempSync(join(tmpdir(), 'engram-programs-'))
  process.on('exit', () => rmSync(made, { recursive: true, force: true }))
  // Other users run them too.
  chmodSync(made, 0o755)
  buildSync({
    absWorkingDir: project,
    entryPoints: programs.map((name) => join(project, '__test__', 'programs', `${name}.ts`)),
    outdir: made,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  })
  // The addon, and packages that are loaded only when they are needed, are found as in the package itself.
  writeFileSync(join(made, 'package.json'), '{ "type": "module", "imports": { "#binding": "./npm/binding.cjs" } }')
  for (const part of ['npm', 'node_modules']) symlinkSync(join(project, part), join(made, part))
  return made
}
