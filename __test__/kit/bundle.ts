import { buildSync } from 'esbuild'
import { chmodSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url))
let folder: string | undefined

/** The path of the source of a program: a file of `process/programs`. */
export function programSource(file: string): string {
  return join(project, '__test__/process/programs', file)
}

/**
 * The path of a program, bundled with the library's sources as they are now. It starts in a fifth of the time that tsx
 * takes, which counts where tests start dozens of processes.
 */
export function bundledProgram(name: string): string {
  folder ??= bundleFolder()
  const bundled = join(folder, `${name}.mjs`)
  if (!existsSync(bundled)) {
    buildSync({
      absWorkingDir: project,
      entryPoints: [programSource(`${name}.ts`)],
      outfile: bundled,
      bundle: true,
      format: 'esm',
      platform: 'node',
      logLevel: 'warning',
    })
  }
  return bundled
}

function bundleFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'engram-programs-'))
  process.on('exit', () => rmSync(made, { recursive: true, force: true }))
  // Other users run them too.
  chmodSync(made, 0o755)
  // The addon, and packages that are loaded only when they are needed, are found as in the package itself.
  writeFileSync(join(made, 'package.json'), '{ "type": "module", "imports": { "#binding": "./npm/binding.cjs" } }')
  for (const part of ['npm', 'node_modules']) symlinkSync(join(project, part), join(made, part))
  return made
}
