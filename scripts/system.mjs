import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { StepFailed, announce, ask, run } from './command.mjs'
import { hasProgram, root } from './environment.mjs'

// A part of the system that compiling RocksDB and its bindings takes, and what brings it. `found` must be quick.
const parts = [
  {
    name: 'a C++ compiler',
    found: () => Boolean(process.env.CXX) || ['g++', 'c++', 'cl'].some(hasProgram),
    debian: ['g++'],
  },
  // libclang-dev brings the compiler's own headers (stddef.h and others) besides the library that bindgen loads.
  { name: 'libclang', found: hasLibclang, debian: ['libclang-dev'] },
]

function list(folder) {
  return existsSync(folder) ? readdirSync(folder) : []
}

// Where clang-sys looks, as far as the systems go for which engram is prebuilt.
function hasLibclang() {
  if (process.platform === 'win32' || process.env.LIBCLANG_PATH) return true
  if (process.platform === 'darwin') return ask('xcode-select', ['-p']) !== undefined
  const folders = [
    ...list('/usr/lib')
      .filter((name) => name.startsWith('llvm'))
      .map((name) => `/usr/lib/${name}/lib`),
    ...list('/usr/lib')
      .filter((name) => name.endsWith('-linux-gnu'))
      .map((name) => `/usr/lib/${name}`),
    '/usr/lib64',
    '/usr/lib',
    '/usr/local/lib',
  ]
  return folders.some((folder) => list(folder).some((name) => /^libclang(-[\d.]+)?\.so/.test(name)))
}

function installer() {
  if (!hasProgram('apt-get')) return undefined
  if (process.getuid() === 0) return []
  return ask('sudo', ['-n', 'true']) === undefined ? undefined : ['sudo', '-n']
}

function aptInstall(prefix, packages) {
  // Through env(1), as sudo passes no variables on.
  const apt = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', '-o', 'DPkg::Lock::Timeout=300']
  const [program, ...options] = [...prefix, ...apt]
  run(program, [...options, 'update'], { output: 'ignore' })
  run(program, [...options, 'install', '-y', '--no-install-recommends', ...packages], { output: 'ignore' })
}

function commandFor(missing) {
  const packages = missing.flatMap((part) => part.debian).join(' ')
  if (hasProgram('apt-get')) return `sudo apt-get install ${packages}`
  if (hasProgram('dnf')) return 'sudo dnf install gcc-c++ clang-devel'
  if (hasProgram('pacman')) return 'sudo pacman -S gcc clang'
  return process.platform === 'darwin' ? 'xcode-select --install' : `the like of Debian's ${packages}`
}

function installMissing() {
  const missing = parts.filter((part) => !part.found())
  if (missing.length === 0) return
  const names = missing.map((part) => part.name).join(' and ')
  const prefix = installer()
  if (!prefix) throw new StepFailed(`Building needs ${names}. Install with: ${commandFor(missing)}`)
  announce(`installing ${names}`)
  aptInstall(
    prefix,
    missing.flatMap((part) => part.debian),
  )
}

function requireRust() {
  const wanted = /rust-version = "([\d.]+)"/.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'))[1]
  const found = /^rustc ([\d.]+)/.exec(ask('rustc', ['--version']) ?? '')?.[1]
  if (!found || !hasProgram('cargo')) {
    throw new StepFailed(`Building needs Rust ${wanted} or newer, with rustc and cargo on PATH`)
  }
  const [major, minor] = found.split('.').map(Number)
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number)
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return
  throw new StepFailed(`Building needs Rust ${wanted} or newer, this is ${found}. Update with: rustup update stable`)
}

/** Sees that compilers and libraries are there: installs what the system's package manager may, names the rest. */
export function prepareSystem() {
  requireRust()
  installMissing()
}

/** Sees that parts of the Rust toolchain are there which only the checks need. */
export function prepareRustComponents(...names) {
  const missing = names.filter((name) => ask('cargo', [name === 'rustfmt' ? 'fmt' : name, '--version']) === undefined)
  if (missing.length === 0) return
  if (!hasProgram('rustup')) throw new StepFailed(`The checks need ${missing.join(' and ')} for Rust`)
  run('rustup', ['component', 'add', ...missing])
}
