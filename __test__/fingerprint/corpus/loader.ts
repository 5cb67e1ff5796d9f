import { buildSync } from 'esbuild'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { missingNode, missingTool, nodeBinary, toolFile } from './tool.ts'

const project = fileURLToPath(new URL('../../..', import.meta.url))

/** How a program is written: as a module, as statements of one script, or as the body of a function. */
export type Form = 'module' | 'script' | 'function'

/** The programs of one side, written to a folder. */
export interface Programs {
  readonly directory: string
  /** Modules by their paths without endings: `p0/main`, `p0/helper`. */
  readonly modules: readonly string[]
  /** Text of the program that runs all of them. */
  readonly driver: string
}

/** What is run to hear of all programs. */
export interface Command {
  readonly program?: string
  readonly args: readonly string[]
  readonly input?: string
}

/** A way in which people run their programs. */
export interface Loader {
  readonly form: Form
  /** Ending of the modules as they are written; TypeScript has its types taken out on the way. */
  readonly source: '.js' | '.ts'
  /** Ending of the modules as they are run. */
  readonly ending: '.js' | '.ts'
  readonly isCommonJs: boolean
  /** What becomes of the names in a program. */
  readonly names: 'kept' | 'changed' | 'lost'
  /** How one module loads another one, in what is not a module itself. */
  readonly load: 'import' | 'require'
  /** Compiles what was written, to `.js` beside it. */
  readonly compile?: (programs: Programs) => void
  readonly command: (programs: Programs) => Command
  /** Why it cannot run here; undefined where it can. */
  readonly missing?: () => string | undefined
}

const module: Loader = {
  form: 'module',
  source: '.js',
  ending: '.js',
  isCommonJs: false,
  names: 'kept',
  load: 'import',
  command: ({ directory, driver }) => ({ args: [written(directory, 'run.mjs', driver)] }),
}

const commonJs: Loader = {
  ...module,
  source: '.ts',
  ending: '.ts',
  isCommonJs: true,
  names: 'changed',
  load: 'require',
  command: ({ directory, driver }) => ({ args: [written(directory, 'run.cjs', driver)] }),
}

const bundled = (minify: boolean): Loader => ({
  ...module,
  names: minify ? 'lost' : 'changed',
  source: '.ts',
  compile: ({ directory, modules }) => {
    const entryPoints = modules.filter((name) => name.endsWith('/main')).map((name) => `${name}.ts`)
    const options = { bundle: true, format: 'esm', packages: 'external', minify } as const
    buildSync({ ...places(directory), ...options, entryPoints })
  },
})

const strippedByNode = (version: string): Loader => ({
  ...module,
  source: '.ts',
  ending: '.ts',
  missing: () => missingNode(version),
  command: (programs) => ({ ...module.command(programs), program: nodeBinary(version) }),
})

export const loaders = {
  esm: module,
  cjs: {
    ...commonJs,
    ending: '.js',
    compile: ({ directory, modules }) => {
      const entryPoints = modules.map((name) => `${name}.ts`)
      buildSync({ ...places(directory), entryPoints, format: 'cjs' })
    },
  },
  tsx: {
    ...module,
    names: 'changed',
    source: '.ts',
    ending: '.ts',
    command: ({ directory, driver }) => ({
      args: [
        `--import=${pathToFileURL(join(project, 'node_modules/tsx/dist/loader.mjs')).href}`,
        written(directory, 'run.mjs', driver),
      ],
    }),
  },
  'ts-node': {
    ...commonJs,
    missing: () => missingTool('ts-node'),
    command: ({ directory, driver }) => {
      const compilerOptions = {
        module: 'commonjs',
        moduleResolution: 'node10',
        target: 'es2022',
        esModuleInterop: true,
      }
      written(directory, 'tsconfig.json', JSON.stringify({ compilerOptions, 'ts-node': { transpileOnly: true } }))
      return { args: ['-r', toolFile('ts-node/register'), written(directory, 'run.cjs', driver)] }
    },
  },
  swc: {
    ...commonJs,
    ending: '.js',
    missing: () => missingTool('@swc/core'),
    compile: ({ directory, modules }) => {
      const { transformSync } = createRequire(import.meta.url)(toolFile('@swc/core')) as {
        transformSync: (text: string, options: object) => { code: string }
      }
      const jsc = { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' }
      for (const name of modules) {
        const text = readFileSync(join(directory, `${name}.ts`), 'utf8')
        const { code } = transformSync(text, { jsc, module: { type: 'commonjs' }, swcrc: false })
        written(directory, `${name}.js`, code)
      }
    },
  },
  node22: strippedByNode('22'),
  node24: strippedByNode('24'),
  esbuild: bundled(false),
  minified: bundled(true),
  ava: {
    ...module,
    command: ({ directory, driver }) => {
      const [head, ...lines] = driver.split('\n')
      const text = `import test from 'ava'\n${head}\ntest('all', async (t) => {\n${lines.join('\n')}\nt.pass()\n})\n`
      written(directory, 'run.spec.mjs', text)
      written(directory, 'ava.config.mjs', `export default { files: ['run.spec.mjs'], timeout: '4m' }\n`)
      return { args: [join(project, 'node_modules/ava/entrypoints/cli.mjs')] }
    },
  },
  vitest: {
    ...module,
    names: 'changed',
    source: '.ts',
    ending: '.ts',
    missing: () => missingTool('vitest'),
    command: ({ directory, driver }) => {
      const [head, ...lines] = driver.split('\n')
      const text = `${head}\ntest('all', async () => {\n${lines.join('\n')}\n}, 240_000)\n`
      written(directory, 'run.spec.ts', text)
      // The package is linked into its folder here, so vitest would not know it as an installed one.
      const deps = `{ external: [/said\\.cjs$/, ${JSON.stringify(project)}] }`
      const config = `{ include: ['run.spec.ts'], globals: true, server: { deps: ${deps} } }`
      written(directory, 'vitest.config.mjs', `export default { test: ${config} }\n`)
      return { args: [toolFile('vitest/vitest.mjs'), 'run'] }
    },
  },
  // As nyc, Jest and vitest do it: the code is instrumented as it is loaded, and its file stays as it is.
  istanbul: {
    ...module,
    missing: () => missingTool('istanbul-lib-instrument'),
    command: ({ directory, driver }) => {
      const tool = JSON.stringify(toolFile('istanbul-lib-instrument'))
      const hooks = `import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
const { createInstrumenter } = createRequire(import.meta.url)(${tool})
export async function load(url, context, next) {
  const loaded = await next(url, context)
  if (loaded.format !== 'module' || !/\\/p\\d+\\/[^/]+\\.js$/.test(url)) return loaded
  const source = createInstrumenter({ esModules: true }).instrumentSync(String(loaded.source), fileURLToPath(url))
  return { ...loaded, source }
}
`
      written(directory, 'hooks.mjs', hooks)
      const text = `import { register } from 'node:module'\nregister('./hooks.mjs', import.meta.url)\n`
      written(directory, 'instrument.mjs', text)
      return { args: ['--import=./instrument.mjs', written(directory, 'run.mjs', driver)] }
    },
  },
  repl: {
    ...module,
    form: 'script',
    names: 'changed',
    load: 'require',
    command: ({ driver }) => ({ args: ['-i'], input: driver }),
  },
  eval: {
    ...module,
    form: 'script',
    names: 'changed',
    load: 'require',
    // As `-e`, without its limit to the length of a text.
    command: ({ driver }) => ({ args: ['-'], input: driver }),
  },
  function: { ...module, form: 'function', names: 'changed' },
  worker: {
    ...module,
    command: ({ directory, driver }) => {
      written(directory, 'all.mjs', driver)
      const text = `import { Worker } from 'node:worker_threads'\nnew Worker(new URL('./all.mjs', import.meta.url))\n`
      return { args: [written(directory, 'run.mjs', text)] }
    },
  },
} as const satisfies Record<string, Loader>

export type LoaderName = keyof typeof loaders

/** Loaders that run programs as they are written, so that there must be no types in them. */
export const withoutTypes: readonly LoaderName[] = (Object.entries(loaders) as [LoaderName, Loader][])
  .filter(([, { source }]) => source === '.js')
  .map(([name]) => name)

function places(directory: string) {
  return {
    absWorkingDir: directory,
    outdir: directory,
    outbase: directory,
    platform: 'node',
    logLevel: 'error',
  } as const
}

function written(directory: string, name: string, text: string): string {
  writeFileSync(join(directory, name), text)
  return name
}
