import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './environment.mjs'

const bundled = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  external: ['#binding'],
  minifyWhitespace: true,
  lineLimit: 120,
  logLevel: 'warning',
}

/**
 * Puts index.ts and all that it imports, packages too, into one script, engram.cjs in `folder`, and writes index.js, which runs it: opening
 * eighty modules would take longer than a first hit. A script and not a module, as Node lets V8 have bytecode for scripts
 * alone.
 */
export async function bundle(folder = join(root, 'dist')) {
  // It may have been installed a moment ago, by who has imported this file before.
  const { build } = await import('esbuild')
  const contents = `import { runBundle } from './src/platform/bytecode.ts'
    export const { ${(await exportsOf(build, 'index.ts')).join(', ')} } = runBundle(import.meta.url)`
  await build({ ...bundled, stdin: { contents, resolveDir: root }, outfile: join(folder, 'index.js'), format: 'esm' })
  const { metafile } = await build({
    ...bundled,
    entryPoints: ['index.ts'],
    outfile: join(folder, 'engram.cjs'),
    format: 'cjs',
    define: { 'import.meta.url': 'bundleUrl', 'import.meta.dirname': 'bundleFolder' },
    banner: { js: '(function (exports, require, module, bundleUrl, bundleFolder) {' },
    footer: { js: '})' },
    sourcemap: true,
    metafile: true,
  })
  writeFileSync(join(folder, 'licenses.txt'), licensesOf(Object.keys(metafile.inputs)))
  await bundleCodecs(build, folder)
}

/** The ready codecs, where their types are: a module for each, and one of all. None of them imports another. */
async function bundleCodecs(build, folder) {
  const source = join(root, 'src/codecs')
  const index = readFileSync(join(source, 'index.ts'), 'utf8')
  const names = Array.from(index.matchAll(/from '\.\/(.+)\.ts'/g), ([, name]) => name)
  await build({
    ...bundled,
    entryPoints: ['index', ...names].map((name) => join(source, `${name}.ts`)),
    outdir: join(folder, 'src/codecs'),
    format: 'esm',
  })
}

/** The licenses of the packages that are bundled, which these ask to be passed on. */
function licensesOf(inputs) {
  const packages = new Set(inputs.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []))
  return Array.from(packages, (name) => {
    const folder = join(root, 'node_modules', name)
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one))
    return `${name}\n\n${readFileSync(join(folder, file), 'utf8')}`
  }).join('\n')
}

async function exportsOf(build, entry) {
  const { metafile } = await build({
    ...bundled,
    entryPoints: [join(root, entry)],
    outdir: root,
    format: 'esm',
    metafile: true,
    write: false,
  })
  const [output] = Object.values(metafile.outputs)
  return output.exports
}
