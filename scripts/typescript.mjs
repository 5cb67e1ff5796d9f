import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './bundle.mjs'
import { announce, run } from './command.mjs'
import { root } from './environment.mjs'
import { whenChanged } from './freshness.mjs'
import { families } from './parts.mjs'

/** Runs a program of a package that package.json names. */
export function runTool(path, args) {
  run(process.execPath, [join('node_modules', path), ...args])
}

/** Compiles index.ts and src/ into dist/, unless nothing that goes into it has changed. */
export function buildTypeScript() {
  return whenChanged(
    {
      stamp: 'node_modules/.cache/engram/typescript',
      inputs: [
        'index.ts',
        'src',
        'scripts/typescript.mjs',
        'scripts/bundle.mjs',
        'scripts/division',
        'scripts/division.mjs',
        'scripts/parts.mjs',
        'native/binding.d.cts',
        'package.json',
        'tsconfig.json',
        'tsconfig.build.json',
      ],
      outputs: [
        'dist/index.js',
        'dist/index.cjs',
        'dist/node.js',
        'dist/engram.cjs',
        'dist/deferred.cjs',
        'dist/types/index.d.ts',
        'dist/codecs/index.js',
        'dist/threads/index.js',
        'dist/work/thread.cjs',
        'dist/cli/engram.cjs',
        ...Object.keys(families).flatMap((name) => [`dist/${name}.cjs`, `dist/${name}/index.js`]),
      ],
    },
    async () => {
      announce('compiling TypeScript')
      rmSync(join(root, 'dist'), { recursive: true, force: true })
      runTool('typescript/bin/tsc', ['--project', 'tsconfig.build.json'])
      completeTypes(join(root, 'dist/types'))
      await bundle()
    },
  )
}

/** Makes a folder of CommonJS of the types, in which also who reads no `imports` of a package.json finds those of the core. */
function completeTypes(folder) {
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n')
  copyFileSync(join(root, 'native/binding.d.cts'), join(folder, 'src/native/core.d.cts'))
  const file = join(folder, 'src/native/addon.d.ts')
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('#binding', './core.cjs'))
}
