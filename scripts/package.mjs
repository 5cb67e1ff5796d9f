import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from './build.mjs'
import { StepFailed, announce, main, run, runNpm } from './command.mjs'
import { buildCross, licensesOfZig } from './cross.mjs'
import { hasProgram, platform as host, root } from './environment.mjs'
import { licensesOfCore } from './licenses.mjs'
import { platformFolders, platforms, scope } from './platforms.mjs'

/**
 * The versions of Node for which the core's package has bytecode: the newest of each supported line that npm has. The test of what
 * is published has the same ones. `PACKAGE_NODES` names others, as a list of programs. With musl, for
 * which npm has no Node, it is that of the Node that runs this.
 */
const nodes = ['20.20.2', '22.23.3', '24.21.0']

/**
 * Writes the package as it is published to a folder: it names those with the core, which the package.json of the checkout
 * does not, as npm would look for them where they are not published yet; and not what only this checkout needs.
 */
export function stagePackage(folder) {
  const { scripts: _, devDependencies: __, overrides: ___, ...manifest } = readJson(join(root, 'package.json'))
  const optionalDependencies = Object.fromEntries(
    platformFolders().map((name) => [`${scope}/${name}`, manifest.version]),
  )
  mkdirSync(folder, { recursive: true })
  writeJson(join(folder, 'package.json'), { ...manifest, ...ofRepository(), optionalDependencies })
  for (const file of [...manifest.files, 'README.md', 'LICENSE'])
    cpSync(join(root, file), join(folder, file), { recursive: true })
}

/** Writes the package with the core of this platform, as it is published, to a folder. */
export function stageCore(folder) {
  stageManifest(folder, host)
  const built = readdirSync(join(root, 'native')).filter((file) => file.startsWith(`engram.${host}.`))
  for (const file of built) copyFileSync(join(root, 'native', file), join(folder, file))
}

function stageManifest(folder, platform) {
  cpSync(join(root, 'npm', platform), folder, { recursive: true })
  writeJson(join(folder, 'package.json'), { ...readJson(join(folder, 'package.json')), ...ofRepository() })
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
}

/** Where a hosted CI publishes with provenance, npm compares the package's repository with the one that it runs for. */
function ofRepository() {
  const { GITHUB_REPOSITORY: name, GITHUB_SERVER_URL: server } = process.env
  return name && server ? { repository: { type: 'git', url: `git+${server}/${name}.git` } } : {}
}

/** The same for a release: without symbols, with bytecode for each Node and with the licenses of what is in the core. */
async function stageRelease(folder, platform) {
  const addon = join(folder, `engram.${platform}.node`)
  stageManifest(folder, platform)
  if (platform !== host) await buildCross(platform, addon)
  else {
    copyFileSync(join(root, 'native', `engram.${host}.node`), addon)
    strip(addon)
    // By those Nodes themselves, and so on this platform alone. Without it, a program's first hit takes 5 ms more.
    compileForNodes(folder)
  }
  writeFileSync(
    join(folder, 'licenses.txt'),
    licensesOfCore(platforms[platform].target, platform === host ? [] : licensesOfZig()),
  )
}

// Windows has its symbols in a file of their own.
function strip(file) {
  if (process.platform === 'win32') return
  if (!hasProgram('strip')) throw new StepFailed('Packages need `strip`, which comes with the C++ compiler: binutils')
  run('strip', process.platform === 'darwin' ? ['-x', file] : ['--strip-all', file])
}

function compileForNodes(folder) {
  const command = ['--import=tsx', 'scripts/bytecode.mjs', root, folder]
  const named = process.env.PACKAGE_NODES?.split(delimiter).filter(Boolean)
  for (const program of named ?? []) run(program, command)
  if (named) return
  if (host.endsWith('musl')) run(process.execPath, command)
  else for (const node of nodes) runNpm(['exec', '--yes', `--package=node@${node}`, '--', 'node', ...command])
}

/** Makes an archive of a staged package. Says what it weighs. */
function pack(folder, destination) {
  const { name, version } = readJson(join(folder, 'package.json'))
  const file = join(destination, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)
  runNpm(['pack', '--silent', '--ignore-scripts', '--pack-destination', destination], {
    directory: folder,
    output: 'ignore',
  })
  const bytes = readdirSync(folder, { recursive: true }).reduce((sum, one) => {
    const entry = statSync(join(folder, one))
    return sum + (entry.isFile() ? entry.size : 0)
  }, 0)
  const [packed, unpacked] = [statSync(file).size, bytes].map((one) => `${(one / 1e6).toFixed(1)} MB`)
  announce(`${relative(root, file)}: ${packed}, unpacked ${unpacked}`)
}

/** What the command line asks for: platforms, this one without any, and where the archives go. */
function parse(args) {
  const named = args.filter((one) => platforms[one] !== undefined)
  const rest = args.filter((one) => platforms[one] === undefined)
  if (rest.length > 1)
    throw new StepFailed(`There is no platform ${rest[1]}. Platforms: ${Object.keys(platforms).join(', ')}`)
  const wanted = named.length > 0 ? named : [host]
  const foreign = wanted.filter((one) => one !== host && platforms[one].zig === undefined)
  if (foreign.length > 0)
    throw new StepFailed(`${foreign.join(', ')} is built on that system alone: the release workflow does`)
  return { wanted, destination: resolve(root, rest[0] ?? 'packed') }
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}

// `npm run package [-- folder] [-- platform …]`: archives that npm installs and publishes.
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    const { wanted, destination } = parse(process.argv.slice(2))
    await build()
    const staging = mkdtempSync(join(tmpdir(), 'engram-package-'))
    mkdirSync(destination, { recursive: true })
    try {
      stagePackage(join(staging, 'engram'))
      pack(join(staging, 'engram'), destination)
      for (const platform of wanted) {
        await stageRelease(join(staging, platform), platform)
        pack(join(staging, platform), destination)
      }
    } finally {
      rmSync(staging, { recursive: true, force: true })
    }
  })
}
