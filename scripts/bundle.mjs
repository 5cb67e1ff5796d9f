import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { divided } from './division.mjs'
import { root } from './environment.mjs'
import { constants, deferred, families } from './parts.mjs'

/**
 * In ES modules, bundlers give no way to require what they do not bundle, at least at once: so `node:module`, which the first
 * releases of each Node need alone, is required where it is used.
 */
const requiringLate = {
  name: 'requiring late',
  setup(build) {
    if (build.initialOptions.format !== 'cjs') return
    const contents = `export const createRequire = (from) => require('node:module').createRequire(from)`
    build.onResolve({ filter: /^node:module$/ }, ({ namespace }) =>
      namespace === 'late' ? { path: 'node:module', external: true } : { path: 'node:module', namespace: 'late' },
    )
    build.onLoad({ filter: /./, namespace: 'late' }, () => ({ contents }))
  },
}

/** For what Node alone imports: an import of one of its own modules takes a third of a millisecond, and few need this one. */
const gettingBuiltins = {
  name: 'getting builtins',
  setup(build) {
    const contents = `export const createRequire = (from) => process.getBuiltinModule('node:module').createRequire(from)`
    build.onResolve({ filter: /^node:module$/ }, () => ({ path: 'node:module', namespace: 'got' }))
    build.onLoad({ filter: /./, namespace: 'got' }, () => ({ contents }))
  },
}

const bundled = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  external: ['#binding'],
  plugins: [requiringLate],
  logLevel: 'warning',
}

/** For what processes load at once: they read all of it. */
const minified = {
  ...bundled,
  define: { 'import.meta.url': 'undefined' },
  minifyWhitespace: true,
  minifySyntax: true,
}

/**
 * engram.cjs exports what programs have of it, and what the command line has besides: no name of `index.js`, nor of its types.
 * As one object: esbuild's own form has a function for each name, all of which are compiled at the start.
 */
const exporting = (names) => `import { ${names.join(', ')} } from './index.ts'
  import { doorOf } from './src/memory/memory.ts'
  module.exports = Object.defineProperty({ ${names.join(', ')}, doorOf }, '__esModule', { value: true })`

/**
 * Puts index.ts and all that it imports, packages too, into one CommonJS module, engram.cjs in `folder`: opening eighty
 * modules would take longer than a first hit, and Node lets V8 have bytecode for scripts alone. index.cjs is for who
 * requires the package, and runs engram.cjs from its bytecode; index.js is for who imports it, node.js for imports that Node
 * itself resolves: they give the same objects. Families are scripts beside it, which it loads.
 */
export async function bundle(folder = join(root, 'dist')) {
  // It may have been installed a moment ago, by who has imported this file before.
  const { build } = await import('esbuild')
  const all = await exportsOf(build, 'index.ts')
  const { scripts, names, inputs, plugins } = await divided({
    build,
    options: minified,
    entry: 'index.ts',
    families,
    deferred,
    constants,
  })
  const { metafile, outputFiles } = await build({
    ...minified,
    stdin: { contents: exporting(all), resolveDir: root },
    outfile: join(folder, 'engram.cjs'),
    format: 'cjs',
    plugins: [...plugins, ...minified.plugins],
    logOverride: { 'commonjs-variable-in-esm': 'silent' },
    metafile: true,
    write: false,
  })
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of [['engram', outputFiles[0].text], ...scripts])
    writeFileSync(join(folder, `${name}.cjs`), await withLines(withOwnNames(text)))
  await bundleIndex(build, folder, all)
  for (const [name, exported] of names) writeFamily(join(folder, name), families[name], exported, all)
  const packages = [...(await bundleThreads(build, folder)), ...(await bundleCommandLine(build, folder))]
  await bundleWorkThread(build, folder)
  writeFileSync(join(folder, 'licenses.txt'), licensesOf([...Object.keys(metafile.inputs), ...inputs, ...packages]))
  await bundleCodecs(build, folder)
}

/** For files that threads run, or who starts them: what they share with programs is that of `index`. */
function besidePrograms(outdir, isShared, index = '../index.cjs') {
  const shared = {
    name: 'shared with programs',
    setup: ({ onResolve }) =>
      onResolve({ filter: /\.ts$/ }, ({ path }) => (isShared.test(path) ? { path: index, external: true } : undefined)),
  }
  return {
    ...bundled,
    format: 'cjs',
    outdir,
    outExtension: { '.js': '.cjs' },
    plugins: [requiringLate, shared],
    define: { 'import.meta.url': 'ownUrl' },
    banner: { js: `const ownUrl = require('node:url').pathToFileURL(__filename).href` },
  }
}

/**
 * `engram/threads` with piscina in it, and two files that its threads run: piscina's own, and that which piscina calls. What they
 * share with programs are errors, steps and memories. Gives the files of packages that are in them.
 */
async function bundleThreads(build, folder) {
  const outdir = join(folder, 'threads')
  const starting = {
    name: 'files of threads',
    setup: ({ onLoad }) =>
      onLoad({ filter: /piscina[\\/]dist[\\/]index\.js$/ }, ({ path }) => ({
        contents: readFileSync(path, 'utf8').replace(`'worker.js'`, `'piscina.cjs'`),
      })),
  }
  const options = besidePrograms(outdir, /(words\/error|non-recoverable-error|(pipeline|task)\/performing)\.ts$/)
  const own = { index: 'src/threads/index.ts', worker: 'src/threads/worker.ts' }
  const built = await build({
    ...options,
    external: [...options.external, '@napi-rs/nice'],
    plugins: [...options.plugins, starting],
    entryPoints: { ...own, piscina: 'node_modules/piscina/dist/worker.js' },
    metafile: true,
  })
  writeFileSync(join(outdir, 'index.js'), `import all from './index.cjs'\nexport const { threads } = all\n`)
  writeFileSync(join(outdir, 'index.d.ts'), `export * from '../types/src/threads/index.js'\n`)
  return Object.keys(built.metafile.inputs)
}

/**
 * The program `engram`: one script with its packages in it. Memories are those of programs, loaded by the commands that open a
 * store: what only says how it is used need not wait for them. Gives the files of packages that are in it.
 */
async function bundleCommandLine(build, folder) {
  const options = besidePrograms(join(folder, 'cli'), /^$/)
  const memories = {
    name: 'memories of programs',
    setup({ onResolve, onLoad }) {
      // Required and not imported: `import()` would look for its names, and find none.
      const contents = `module.exports = require('../index.cjs')`
      onResolve({ filter: /\/memory\/memory\.ts$/ }, () => ({ path: 'memories', namespace: 'memories' }))
      onLoad({ filter: /./, namespace: 'memories' }, () => ({ contents, resolveDir: folder }))
    },
  }
  const built = await build({
    ...options,
    external: [...options.external, '../index.cjs'],
    plugins: [...options.plugins, memories],
    entryPoints: { engram: 'src/cli/main.ts' },
    banner: { js: '#!/usr/bin/env node' },
    define: { 'import.meta.url': 'undefined' },
    minifyWhitespace: true,
    minifySyntax: true,
    metafile: true,
  })
  chmodSync(join(folder, 'cli/engram.cjs'), 0o755)
  return Object.keys(built.metafile.inputs)
}

/** What the threads of works run: all that they do is in the script of that family. `import()` finds names in an ES module alone. */
async function bundleWorkThread(build, folder) {
  const options = besidePrograms(join(folder, 'work'), /\/thread-server\.ts$/, '../index.js')
  await build({ ...options, entryPoints: { thread: 'src/work/thread-entry.ts' } })
}

/**
 * The same code with a line for each statement: Node shows an uncaught error with its whole line. esbuild's own limit of
 * lines breaks strings too, and rollup indents what follows.
 */
async function withLines(code) {
  const { default: typescript } = await import('typescript')
  const starts = []
  const visit = (node) => {
    const isLine = (typescript.isStatement(node) && !typescript.isBlock(node)) || typescript.isClassElement(node)
    if (isLine) starts.push(node.getStart(file))
    typescript.forEachChild(node, visit)
  }
  const file = typescript.createSourceFile('engram.cjs', code, typescript.ScriptTarget.Latest, false)
  visit(file)
  return starts.map((start, index) => code.slice(start, starts[index + 1])).join('\n')
}

/** esbuild calls a class that names itself `_Payload`, and so would Node its instances. */
function withOwnNames(code) {
  const renamed = Array.from(code.matchAll(/\b(\w+)=class _\1\b/g), ([, name]) => name)
  return renamed.reduce((text, name) => text.replaceAll(new RegExp(`\\b_${name}\\b`, 'g'), name), code)
}

async function bundleIndex(build, folder, exported) {
  // The names of files are constants, so that bundlers and tracers find them. `traced` is for tracers, is not called, and
  // says where node.js is in the words of which all of them know: they follow index.js, and would leave out what Node loads.
  const contents = `import { openAddon } from './src/native/addon.ts'
    import { runFromBytecode } from './src/platform/bytecode.ts'
    const traced = () => require('node:fs').existsSync(require('node:path').join(__dirname, 'node.js'))
    const engram = typeof __dirname === 'string' && runFromBytecode(__dirname + '/engram.cjs', openAddon, traced)
    module.exports = engram || require('./engram.cjs')`
  const [outfile, external] = [join(folder, 'index.cjs'), ['./engram.cjs']]
  // Minified: for who imports it, Node reads it by a program of its own first, a millisecond for four kilobytes.
  const define = { 'import.meta.url': 'undefined' }
  await build({
    ...bundled,
    external,
    stdin: { contents, resolveDir: root },
    outfile,
    format: 'cjs',
    minify: true,
    define,
  })
  const names = exported.join(', ')
  await bundleForNode(build, folder, names)
  writeFileSync(join(folder, 'index.js'), `import engram from './index.cjs'\nexport const { ${names} } = engram\n`)
  // TypeScript takes the types of an ES module and those of CommonJS for the same only where the former come from the latter.
  writeFileSync(join(folder, 'index.d.ts'), `export * from './types/index.js'\n`)
}

/**
 * What Node imports, where it has the condition `module-sync` and so `process.getBuiltinModule`. Bundlers and tracers follow
 * nothing in it. They have no condition `node-addons`, and take index.js.
 */
async function bundleForNode(build, folder, names) {
  const contents = `import { openAddon } from './src/native/addon.ts'
    import { instanceBeside } from './src/platform/instance.ts'
    export const { ${names} } = instanceBeside(ownFile, openAddon)`
  await build({
    ...bundled,
    plugins: [gettingBuiltins],
    stdin: { contents, resolveDir: root },
    outfile: join(folder, 'node.js'),
    format: 'esm',
    minify: true,
    define: { __filename: 'ownFile' },
    // Tracers see by its first statement that it is a module.
    banner: {
      js: `export{};const ownFile=import.meta.filename??process.getBuiltinModule('node:url').fileURLToPath(import.meta.url);`,
    },
  })
}

/** What programs import as `engram/<name>`: the same objects as from `engram`. */
function writeFamily(folder, source, names, all) {
  const missing = names.filter((name) => !all.includes(name))
  if (missing.length > 0) throw new Error(`index.ts does not export what ${source} does: ${missing.join(', ')}`)
  const list = `{ ${names.join(', ')} }`
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'index.js'), `import engram from '../index.cjs'\nexport const ${list} = engram\n`)
  writeFileSync(join(folder, 'index.cjs'), `const ${list} = require('../index.cjs')\nmodule.exports = ${list}\n`)
  writeFileSync(join(folder, 'index.d.ts'), `export * from '../types/${source.replace(/\.ts$/, '.js')}'\n`)
}

/** The ready codecs: for each name a module, and an index of all. None of them imports another. */
async function bundleCodecs(build, folder) {
  const source = join(root, 'src/codecs')
  const index = readFileSync(join(source, 'index.ts'), 'utf8')
  const names = ['index', ...Array.from(index.matchAll(/from '\.\/(.+)\.ts'/g), ([, name]) => name)]
  const entryPoints = names.map((name) => join(source, `${name}.ts`))
  const outdir = join(folder, 'codecs')
  await build({ ...bundled, entryPoints, outdir, format: 'esm' })
  await build({ ...bundled, entryPoints, outdir, format: 'cjs', outExtension: { '.js': '.cjs' } })
  for (const name of names)
    writeFileSync(join(outdir, `${name}.d.ts`), `export * from '../types/src/codecs/${name}.js'\n`)
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
