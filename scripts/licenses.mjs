import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StepFailed, ask } from './command.mjs'
import { root } from './environment.mjs'

/** What crates bring along in C and C++, with licenses of its own, of which the free choice is named here. */
const inCrates = {
  'rust-librocksdb-sys': ['rocksdb/LICENSE.Apache', 'rocksdb/LICENSE.leveldb'],
  'lz4-sys': ['liblz4/lib/LICENSE'],
  'zstd-sys': ['zstd/LICENSE'],
}

/**
 * The licenses of all that is compiled into the core for a target, each text once, under the names of those that have it.
 *
 * @param others names and texts of what compilers add
 * @throws {StepFailed} for a crate that says nothing of its license
 */
export function licensesOfCore(target, others = []) {
  const crates = linkedCrates(target)
  const list = crates.map(({ name, version, license }) => `${name} ${version}: ${license}`)
  const holders = new Map()
  for (const { name, text } of [...crates.flatMap(textsOf), ...textsOfRust(), ...others]) {
    const key = text.trim().replaceAll('\r\n', '\n')
    holders.set(key, [...(holders.get(key) ?? []), name])
  }
  const texts = Array.from(
    holders,
    ([text, names]) => `${'-'.repeat(120)}\n${[...new Set(names)].join(', ')}\n\n${text}`,
  )
  return `What is compiled into engram's core, and its licenses.\n\n${list.join('\n')}\n\n${texts.join('\n\n')}\n`
}

/** The crates that are linked: not those that only compile, or write code, as macros do. */
function linkedCrates(target) {
  const tree = [
    'tree',
    '--edges=normal,no-proc-macro',
    '--prefix=none',
    '--no-dedupe',
    '--format={p}',
    `--target=${target}`,
  ]
  const lines = cargo([...tree, '--package=engram-binding']).split('\n')
  // With the features that are chosen, unlike the metadata, which have where the sources are.
  const linked = new Set(lines.map((line) => line.split(' ').slice(0, 2).join(' ')))
  const { packages } = JSON.parse(cargo(['metadata', '--format-version=1', `--filter-platform=${target}`]))
  const crates = packages.filter((one) => one.source !== null && linked.has(`${one.name} v${one.version}`))
  const silent = crates.filter(({ license, license_file: file }) => !license && !file)
  if (silent.length > 0) throw new StepFailed(`No license is said of ${silent.map(({ name }) => name).join(', ')}`)
  return crates.toSorted((one, other) => one.name.localeCompare(other.name))
}

function cargo(args) {
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 }
  const { status, stdout, stderr } = spawnSync('cargo', [...args, '--locked'], options)
  if (status !== 0) throw new StepFailed(`cargo ${args.join(' ')} failed: ${stderr}`)
  return stdout
}

function textsOf({ name, manifest_path: manifest }) {
  const folder = dirname(manifest)
  const own = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice|copyright|unlicense)/i.test(file))
  const files = [...own, ...(inCrates[name] ?? [])].map((file) => join(folder, file))
  return files.filter((file) => statSync(file).isFile()).map((file) => ({ name, text: readFileSync(file, 'utf8') }))
}

/** Of Rust's standard library, where the toolchain brings its documents. */
function textsOfRust() {
  const folder = join(ask('rustc', ['--print', 'sysroot'])?.trim() ?? '', 'share/doc/rust/licenses')
  const files = ['MIT.txt', 'Apache-2.0.txt'].map((file) => join(folder, file)).filter((file) => existsSync(file))
  return files.map((file) => ({ name: "Rust's standard library", text: readFileSync(file, 'utf8') }))
}
