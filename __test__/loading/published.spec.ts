// What `npm run package` makes, installed from a registry into empty folders by a user who has no compiler, and used by what they
// run programs with. It runs with `npm test -- --whole` alone: packaging and installing takes minutes.
import test, { type ExecutionContext } from 'ava'
import { execFile, execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { environment } from '../kit/environment.ts'
import { put } from '../kit/files.ts'
import { core } from '../kit/installed.ts'
import { type Published, Registry } from '../kit/registry.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'
import { isWhole } from '../kit/whole.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const runtimes = join(project, '__test__/loading/runtimes/node_modules')
const tools = join(project, '__test__/loading/tools/node_modules')

/** A test of what the packages do under something that may not be installed here. */
const withAll = (...needed: string[]): typeof test.serial | typeof test.serial.skip =>
  isWhole && needed.every((one) => existsSync(one)) ? test.serial : test.serial.skip
const whole = isWhole ? test.serial : test.serial.skip

const packed = mkdtempSync(join(tmpdir(), 'engram-packed-'))
let registry: Registry
/** A folder with `node` and nothing else, for PATH. */
let bare: string
/** A folder in which engram was installed by npm. */
let installed: string

// ------------------------------------------------------------------------------------------------------------ running

interface Way {
  readonly folder: string
  readonly program?: string
  readonly variables?: NodeJS.ProcessEnv
}

/** What a program says, on both streams, where nothing but Node is on PATH. */
function said(args: readonly string[], { folder, program = process.execPath, variables = {} }: Way): Promise<string> {
  const env = {
    ...environment(),
    PATH: bare,
    HOME: folder,
    STORE: join(folder, 'store'),
    CI: 'true',
    NO_COLOR: '1',
    ...variables,
  }
  return new Promise((resolve) => {
    execFile(program, args, { cwd: folder, env, maxBuffer: 2 ** 26, timeout: 240_000 }, (_, stdout, stderr) =>
      resolve(`${stdout}${stderr}`.trim()),
    )
  })
}

const CALLS = `const memory = new Memory({ location: process.env.STORE, onError: 'throw' })
const options = JSON.parse(process.env.OPTIONS ?? '{}')
const slow = memory.cache(function slow(n) { return { n, at: new Date(0), array: new Float64Array(20_000).fill(n) } }, options)
const { status } = slow.lookup(7)
const { n, at, array } = slow(7)
console.log(status, n, at.getTime(), array.at(-1))
`
const PROGRAMS = {
  'run.mjs': `import { Memory } from 'engram'\n${CALLS}`,
  'run.cjs': `const { Memory } = require('engram')\n${CALLS}`,
  'run.ts': `import { Memory, type MemoryOptions } from 'engram'
const others: MemoryOptions = { verbose: 0 }
void others
${CALLS}`,
}

/** A folder beside the installed package, which finds it as a program there does. */
function application(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(installed, 'application-')))
  t.teardown(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files }))
    put(folder, name, text)
  return folder
}

/** It misses, and when it runs again it hits. */
async function hitsWhenRunAgain(t: ExecutionContext, args: readonly string[], way: Way): Promise<void> {
  for (const status of ['miss', 'hit']) t.is(await said(args, way), `${status} 7 0 7`)
}

// ---------------------------------------------------------------------------------------------------------- packaging

function npm(args: readonly string[], folder: string): Promise<string> {
  const cli =
    process.env.npm_execpath ?? join(dirname(realpathSync(process.execPath)), '../lib/node_modules/npm/bin/npm-cli.js')
  const variables = { npm_config_registry: registry.url, npm_config_cache: join(packed, 'cache') }
  return said([cli, ...args, '--no-audit', '--no-fund'], { folder, variables })
}

/** All packages of a release; of those with a core, this platform's alone has its archive. */
function release(): Published[] {
  const own = ['engram', core].map((name) => {
    const archive = archiveOf(name)
    const text = execFileSync('tar', ['-xzOf', archive, 'package/package.json'], { encoding: 'utf8' })
    return { manifest: JSON.parse(text) as Published['manifest'], archive }
  })
  const platforms = readdirSync(join(project, 'npm'), { withFileTypes: true }).filter((one) => one.isDirectory())
  const others = platforms.map(({ name }): Published => {
    const text = readFileSync(join(project, 'npm', name, 'package.json'), 'utf8')
    return { manifest: JSON.parse(text) as Published['manifest'] }
  })
  return [...own, ...others.filter(({ manifest }) => manifest.name !== core)]
}

function archiveOf(name: string): string {
  const start = `${name.replace('@', '').replace('/', '-')}-`
  return join(
    packed,
    readdirSync(packed).find((file) => file.startsWith(start) && /^\d/.test(file.slice(start.length)))!,
  )
}

test.before(async (t) => {
  if (!isWhole) return
  t.timeout(600_000)
  await new Promise<void>((resolve, reject) => {
    const args = [join(project, 'scripts/package.mjs'), packed]
    execFile(process.execPath, args, { maxBuffer: 2 ** 26 }, (error) => (error ? reject(error) : resolve()))
  })
  bare = join(packed, 'bin')
  mkdirSync(bare)
  symlinkSync(process.execPath, join(bare, 'node'))
  registry = await Registry.of(release())
  installed = join(packed, 'installed')
  put(installed, 'package.json', '{ "private": true }')
  t.regex(await npm(['install', 'engram'], installed), /added 2 packages/)
})

test.after.always(() => {
  registry?.close()
  rmSync(packed, { recursive: true, force: true, maxRetries: 5 })
})

const MB = 1e6
const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true }).reduce((sum, one) => sum + statSync(join(folder, String(one))).size, 0)

whole('npm takes the core for this platform and no other, and nothing else', (t) => {
  t.deepEqual([...new Set(registry.taken)].sort(), [core, 'engram'])
})

whole('the packages are as small as they are said to be, and have no symbols', (t) => {
  const folder = join(installed, 'node_modules')
  t.true(statSync(archiveOf(core)).size < 12 * MB)
  t.true(sizeOf(join(folder, 'engram')) + sizeOf(join(folder, core)) < 40 * MB)
  const addon = readdirSync(join(folder, core)).find((file) => file.endsWith('.node'))!
  if (process.platform === 'linux') t.false(readFileSync(join(folder, core, addon)).includes('\0.symtab\0'))
})

whole('the packages have licenses, of engram and of what is in it', (t) => {
  for (const [name, file] of [
    ['engram', 'dist/licenses.txt'],
    [core, 'licenses.txt'],
  ] as const) {
    t.true(existsSync(join(installed, 'node_modules', name, 'LICENSE')))
    t.true(existsSync(join(installed, 'node_modules', name, file)))
  }
  const text = readFileSync(join(installed, 'node_modules', core, 'licenses.txt'), 'utf8')
  // RocksDB's own, that of a crate, and one that crates do not name: of C++ that one of them has in it.
  for (const part of ['The LevelDB Authors', 'blake3 ', 'Yann Collet']) t.true(text.includes(part), part)
})

withAll(join(runtimes, 'publint'))('publint and attw find nothing', async (t) => {
  for (const name of ['engram', core]) {
    // It unpacks by the programs of the system.
    const way = { folder: packed, variables: { PATH: process.env.PATH } }
    t.regex(await said([join(runtimes, 'publint/src/cli.js'), archiveOf(name)], way), /All good!$/)
  }
  const attw = join(runtimes, '@arethetypeswrong/cli/dist/index.js')
  t.regex(await said([attw, archiveOf('engram')], { folder: packed }), /No problems found/)
})

// ------------------------------------------------------------------------------------------------------------ runtimes

const nodes = Object.fromEntries(
  [20, 22, 24].map((major) => [`Node ${major}`, join(runtimes, `node-${major}/bin/node`)] as const),
)

for (const [name, program] of Object.entries(nodes)) {
  for (const file of ['run.mjs', 'run.cjs'])
    withAll(program)(`${name} runs ${file}`, async (t) => {
      await hitsWhenRunAgain(t, [file], { folder: application(t, PROGRAMS), program })
    })
  withAll(program)(`${name} runs TypeScript through tsx`, async (t) => {
    const folder = application(t, PROGRAMS)
    await hitsWhenRunAgain(t, [join(runtimes, 'tsx/dist/cli.mjs'), 'run.ts'], { folder, program })
  })
  withAll(program)(`${name} runs the bytecode of the package`, async (t) => {
    const text = `import vm from 'node:vm'
const { Script } = vm
let script
vm.Script = function (...args) { return (script = new Script(...args)) }
await import('engram')
console.log(script?.cachedDataRejected)`
    t.is(await said(['run.mjs'], { folder: application(t, { 'run.mjs': text }), program }), 'false')
  })
}

for (const name of ['Node 22', 'Node 24'])
  withAll(nodes[name]!)(`${name} runs TypeScript by stripping its types`, async (t) => {
    const program = nodes[name]!
    await hitsWhenRunAgain(t, ['--no-warnings', 'run.ts'], { folder: application(t, PROGRAMS), program })
  })

/** These let nobody see what a function captured. */
const blind = { OPTIONS: '{ "captures": "none" }' }

const bun = join(runtimes, '@oven/bun-linux-x64/bin/bun')
for (const file of ['run.mjs', 'run.cjs', 'run.ts'])
  withAll(bun)(`Bun runs ${file}`, async (t) => {
    await hitsWhenRunAgain(t, [file], { folder: application(t, PROGRAMS), program: bun, variables: blind })
  })

const deno = join(runtimes, '@deno/linux-x64-glibc/deno')
for (const file of ['run.mjs', 'run.ts'])
  withAll(deno)(`Deno runs ${file}`, async (t) => {
    const args = ['run', '--allow-all', '--node-modules-dir=manual', '--no-check', '--quiet', file]
    await hitsWhenRunAgain(t, args, { folder: application(t, PROGRAMS), program: deno, variables: blind })
  })

// --------------------------------------------------------------------------------------------------------- test runners

const SPEC = `import { Memory } from 'engram'
const memory = new Memory({ location: process.env.STORE, onError: 'throw' })
const slow = memory.cache(function slow(n) { return { n } })
test('it hits', () => {
  expect(slow(7)).toEqual({ n: 7 })
  expect(slow.lookup(7).status).toBe('hit')
})
`
const SPECS = Object.fromEntries(['a', 'b', 'c'].map((name) => [`${name}.test.js`, SPEC]))

for (const pool of ['threads', 'forks'])
  withAll(nodes['Node 22']!, join(runtimes, 'vitest'))(`vitest runs it in its workers: ${pool}`, async (t) => {
    const files = { ...SPECS, 'vitest.config.mjs': `export default { test: { globals: true, pool: '${pool}' } }` }
    const way = { folder: application(t, files), program: nodes['Node 22']! }
    const told = await said([join(runtimes, 'vitest/vitest.mjs'), 'run'], way)
    t.regex(told, /3 passed/, told)
  })

const BABEL = `module.exports = { presets: [[${JSON.stringify(join(tools, '@babel/preset-env'))}, { targets: { node: 'current' } }]] }`

withAll(join(tools, 'jest'))('jest runs it in its workers', async (t) => {
  const folder = application(t, { ...SPECS, 'babel.config.cjs': BABEL })
  const told = await said([join(tools, 'jest/bin/jest.js'), '--rootDir', '.', '--workers=2'], { folder })
  t.regex(told, /Tests: +3 passed, 3 total/, told)
})

// ----------------------------------------------------------------------------------------------------- package managers

/** An empty folder outside of all others, so that nothing is found above it. */
function workspace(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(temporaryDirectory(t))
  for (const [name, text] of Object.entries(files)) put(folder, name, text)
  return folder
}

const DEPENDENT = '{ "name": "dependent", "type": "module", "dependencies": { "engram": "*" } }'

withAll(nodes['Node 22']!, join(runtimes, 'pnpm'))("a package of pnpm's workspace runs it", async (t) => {
  const folder = workspace(t, {
    'package.json': '{ "private": true }',
    '.npmrc': `registry=${registry.url}\n`,
    'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
    'packages/dependent/package.json': DEPENDENT,
    'packages/dependent/run.mjs': PROGRAMS['run.mjs'],
  })
  const way = { folder, program: nodes['Node 22']!, variables: { XDG_DATA_HOME: join(folder, 'data') } }
  const told = await said([join(runtimes, 'pnpm/bin/pnpm.cjs'), 'install', '--store-dir', 'pnpm-store'], way)
  t.true(existsSync(join(folder, 'packages/dependent/node_modules/engram')), told)
  await hitsWhenRunAgain(t, ['run.mjs'], { folder: join(folder, 'packages/dependent') })
})

withAll(join(runtimes, '@yarnpkg/cli-dist'))("a program under yarn's plug'n'play runs it", async (t) => {
  const settings = {
    npmRegistryServer: registry.url,
    unsafeHttpWhitelist: ['127.0.0.1'],
    nodeLinker: 'pnp',
    enableGlobalCache: false,
    enableTelemetry: false,
    enableImmutableInstalls: false,
    npmMinimalAgeGate: 0,
  }
  const folder = workspace(t, {
    'package.json': DEPENDENT,
    'yarn.lock': '',
    '.yarnrc.yml': JSON.stringify(settings),
    'run.mjs': PROGRAMS['run.mjs'],
  })
  const yarn = join(runtimes, '@yarnpkg/cli-dist/bin/yarn.js')
  const told = await said([yarn, 'install'], { folder })
  t.false(existsSync(join(folder, 'node_modules')), told)
  await hitsWhenRunAgain(t, [yarn, 'node', 'run.mjs'], { folder })
})
