// Small applications that are built by what people build with, moved to another folder and run: the second run hits. They run
// with `npm test -- --whole` alone, as installing and running all tools takes minutes.
import test, { type ExecutionContext } from 'ava'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, renameSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { environment } from '../kit/environment.ts'
import {
  PROGRAM,
  SAYING,
  STATEMENTS,
  folderWithEngram,
  hitsInSecondRun,
  runsWithCoreBeside,
  saidBy,
  saying,
} from '../kit/installed.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'
import { isWhole } from '../kit/whole.ts'

const tools = fileURLToPath(new URL('tools/node_modules', import.meta.url))
const withTools = isWhole && existsSync(tools) ? test.serial : test.serial.skip

/** The folder of an application, which sees the tools as if they were installed above it. */
function application(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const above = temporaryDirectory(t)
  symlinkSync(tools, join(above, 'node_modules'), 'junction')
  const folder = folderWithEngram(t, { 'package.json': '{ "name": "app" }', ...files })
  renameSync(folder, join(above, 'app'))
  return join(above, 'app')
}

const tool = (path: string): string => join(tools, path)

// ---------------------------------------------------------------------------------------------------------- bundlers

interface Bundler {
  readonly files: Readonly<Record<string, string>>
  readonly args: readonly string[]
  readonly entry: string
}

const rollup = (format: string, ending: string): Bundler => ({
  files: {
    'rollup.config.mjs': `import commonjs from '@rollup/plugin-commonjs'
import resolve from '@rollup/plugin-node-resolve'
const plugins = [resolve({ preferBuiltins: true }), commonjs()]
export default { input: 'app.mjs', output: { file: 'out/app.${ending}', format: '${format}' }, plugins }`,
  },
  args: [tool('rollup/dist/bin/rollup'), '-c', '--silent'],
  entry: `app.${ending}`,
})

const packed = `module.exports = { mode: 'production', target: 'node', entry: './app.mjs',
  output: { path: __dirname + '/out', filename: 'app.cjs' } }`

const bundlers: Readonly<Record<string, Bundler>> = {
  'rollup, ES module': rollup('es', 'mjs'),
  'rollup, CommonJS': rollup('cjs', 'cjs'),
  webpack: {
    files: { 'webpack.config.cjs': packed },
    args: [tool('webpack-cli/bin/cli.js'), '-c', 'webpack.config.cjs'],
    entry: 'app.cjs',
  },
  rspack: {
    files: { 'rspack.config.cjs': packed },
    args: [tool('@rspack/cli/bin/rspack.js'), 'build', '-c', 'rspack.config.cjs'],
    entry: 'app.cjs',
  },
  vite: {
    files: {
      'vite.config.mjs': `export default { ssr: { noExternal: true }, build: { ssr: 'app.mjs', outDir: 'out' } }`,
    },
    args: [tool('vite/bin/vite.js'), 'build'],
    entry: 'app.mjs',
  },
  ncc: { files: {}, args: [tool('@vercel/ncc/dist/ncc/cli.js'), 'build', 'app.mjs', '-o', 'out'], entry: 'index.mjs' },
}

for (const [name, { files, args, entry }] of Object.entries(bundlers)) {
  withTools(`a bundle of ${name} runs with the core beside it, and says what to do without`, async (t) => {
    const folder = application(t, { ...files, 'app.mjs': PROGRAM })
    const told = await saidBy(folder, args)
    t.true(existsSync(join(folder, 'out', entry)), told)
    t.notRegex(told, /warning|can't resolve/i)
    const moved = join(temporaryDirectory(t), 'moved')
    cpSync(join(folder, 'out'), moved, { recursive: true })
    await runsWithCoreBeside(t, moved, entry, folder)
  })
}

// ----------------------------------------------------------------------------------------------------------- tracers

withTools('what nft traces runs elsewhere', async (t) => {
  const trace = `import { nodeFileTrace } from '@vercel/nft'
import { cpSync } from 'node:fs'
const { fileList, warnings } = await nodeFileTrace(['app.mjs'])
for (const file of fileList) cpSync(file, 'out/' + file, { recursive: true })
console.log([...warnings].map(String).join())`
  const folder = application(t, { 'app.mjs': PROGRAM, 'trace.mjs': trace })
  t.is(await saidBy(folder, ['trace.mjs']), '')
  const moved = join(temporaryDirectory(t), 'moved')
  cpSync(join(folder, 'out'), moved, { recursive: true })
  await hitsInSecondRun(t, moved, 'app.mjs')
})

withTools("Next's standalone output serves hits elsewhere", async (t) => {
  t.timeout(600_000)
  const folder = folderWithEngram(t, {
    'package.json': '{ "name": "app" }',
    'next.config.mjs': `export default { output: 'standalone', serverExternalPackages: ['engram'] }`,
    'app/layout.js': 'export default function Layout({ children }) { return <html><body>{children}</body></html> }',
    'app/page.js': 'export default function Page() { return <p>engram</p> }',
    'app/api/route.js': `import { EngramError, Memory, Pipeline, task } from 'engram'
export const dynamic = 'force-dynamic'
${STATEMENTS}export async function GET() { return new Response(${SAYING}) }`,
  })
  // It takes what is linked from outside its folder for a part of another one.
  for (const name of [
    'next',
    '@next',
    'react',
    'react-dom',
    '@swc',
    'styled-jsx',
    'client-only',
    'postcss',
    'scheduler',
    'nanoid',
    'picocolors',
    'source-map-js',
    'caniuse-lite',
    'tslib',
    'baseline-browser-mapping',
  ])
    if (existsSync(tool(name))) cpSync(tool(name), join(folder, 'node_modules', name), { recursive: true })
  const build = { STORE: join(folder, 'store'), NEXT_TELEMETRY_DISABLED: '1' }
  const told = await saidBy(folder, ['node_modules/next/dist/bin/next', 'build'], build)
  const moved = join(temporaryDirectory(t), 'moved')
  t.true(existsSync(join(folder, '.next/standalone')), told)
  cpSync(join(folder, '.next/standalone'), moved, { recursive: true, verbatimSymlinks: true })
  for (const status of ['miss', 'hit'] as const) t.is(await servedBy(moved), saying(status))
})

async function servedBy(folder: string): Promise<string> {
  const port = await freePort()
  const env = { ...environment(), PORT: String(port), HOSTNAME: '127.0.0.1', STORE: join(folder, 'store') }
  const server = spawn(process.execPath, ['server.js'], { cwd: folder, env, stdio: 'ignore' })
  try {
    for (;;) {
      try {
        return await (await fetch(`http://127.0.0.1:${port}/api`)).text()
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  } finally {
    server.kill()
    await once(server, 'exit')
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

// ------------------------------------------------------------------------------------------------------------- Jest

const spec = `import { EngramError, Memory, Pipeline, task } from 'engram'
${STATEMENTS}test('it hits', async () => {
  const later = memory.cache(async function later(n) { return new Map([[n, new Date(n)]]) })
  expect(later(1)).toBeInstanceOf(Promise)
  expect(await later(1)).toStrictEqual(new Map([[1, new Date(1)]]))
  expect(later.lookup(1).status).toBe('hit')
  expect(code).toBe('ERR_INVALID_OPTION')
  expect(families).toEqual(['function', 'late'])
  await expect(memory.cache(async () => { throw new TypeError() })()).rejects.toThrow(TypeError)
  expect(slow.lookup(7).status + ' ' + slow(7).n).toBe(process.env.EXPECTED)
})
`
const runners: Readonly<
  Record<string, { files: Readonly<Record<string, string>>; args: readonly string[]; flags?: readonly string[] }>
> = {
  'babel-jest': {
    files: {
      'a.test.js': spec,
      '.babelrc': '{ "presets": [["@babel/preset-env", { "targets": { "node": "current" } }]] }',
    },
    args: [],
  },
  'ts-jest': {
    files: {
      'a.test.ts': `// @ts-nocheck\n${spec}`,
      'tsconfig.json': '{ "compilerOptions": { "module": "commonjs", "target": "es2022", "esModuleInterop": true } }',
    },
    args: ['--preset', 'ts-jest'],
  },
  'Jest with ES modules': {
    files: { 'a.test.mjs': spec },
    args: ['--testMatch', '**/*.test.mjs'],
    flags: ['--experimental-vm-modules'],
  },
}

for (const [name, { files, args, flags = [] }] of Object.entries(runners)) {
  withTools(`tests under ${name} hit, and meet errors and promises of their own realm`, async (t) => {
    const folder = application(t, files)
    for (const status of ['miss', 'hit']) {
      const variables = { STORE: join(folder, 'store'), EXPECTED: `${status} 21` }
      const told = await saidBy(folder, [...flags, tool('jest/bin/jest.js'), '--rootDir', '.', ...args], variables)
      t.regex(told, /Tests: +1 passed, 1 total/, told)
    }
  })
}
