// Cores for Linux of another processor or libc than this machine's, and for older glibc: compiled and linked by zig, which
// brings headers and libraries of all of them, and links libc++ into the core, so that this asks for no libstdc++.
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { StepFailed, announce, ask, run } from './command.mjs'
import { bindingTypesFolder, cargoVariables, hasProgram, keptFolder, targetFolder } from './environment.mjs'
import { platforms } from './platforms.mjs'
import { rocksdbEnvironment } from './rocksdb.mjs'

const tools = ['cargo-zigbuild==0.24.1', 'ziglang==0.15.2']
const toolsFolder = join(keptFolder, 'zig', tools.join('-').replaceAll('==', '-'))
/** Sees that zig is there, which Python's registry has: beside what is compiled, for all clones. */
function installTools() {
  if (existsSync(toolsFolder)) return
  announce(`installing ${tools.join(' and ')}`)
  const fresh = `${toolsFolder}.${process.pid}`
  mkdirSync(fresh, { recursive: true })
  try {
    run('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', fresh, ...tools])
    renameSync(fresh, toolsFolder)
  } catch (error) {
    // Another build may have been first.
    if (existsSync(toolsFolder)) return
    throw error instanceof StepFailed ? new StepFailed(`${error.message}. Cross builds need python3 with pip`) : error
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** Sees that rustc has the standard library of the target. */
function addTarget(target) {
  if (ask('rustup', ['target', 'list', '--installed'])?.split('\n').includes(target)) return
  if (!hasProgram('rustup')) throw new StepFailed(`Building for ${target} needs its Rust standard library, by rustup`)
  announce(`adding ${target} to Rust`)
  run('rustup', ['target', 'add', target])
}

/** The licenses of what zig links into a core besides. */
export function licensesOfZig() {
  const read = (file) => readFileSync(join(toolsFolder, 'ziglang', file), 'utf8')
  return ['libcxx', 'libcxxabi', 'libunwind']
    .map((name) => ({ name, text: read(`lib/${name}/LICENSE.TXT`) }))
    .concat({ name: 'compiler_rt of zig', text: read('LICENSE') })
}

/** What programs of zig run with. */
function variables() {
  return {
    ...process.env,
    ...cargoVariables(),
    PATH: [join(toolsFolder, 'bin'), process.env.PATH].join(delimiter),
    CARGO_ZIGBUILD_ZIG_PATH: join(toolsFolder, 'ziglang/zig'),
  }
}

/** Compiles the core for one of the platforms that zig compiles for, and writes it to a file. */
export async function buildCross(platform, file) {
  const { target, zig: zigTarget } = platforms[platform]
  installTools()
  addTarget(target)
  const [env, name] = [variables(), target.replaceAll('-', '_')]
  const compilers = {
    [`CXX_${name}`]: `cargo-zigbuild zig c++ -- -target ${zigTarget}`,
    [`AR_${name}`]: 'cargo-zigbuild zig ar --',
  }
  const rocksdb = await rocksdbEnvironment(target, { ...env, ...compilers })
  // A library cannot have musl in it.
  const flags = target.endsWith('musl')
    ? { [`CARGO_TARGET_${name.toUpperCase()}_RUSTFLAGS`]: '-C target-feature=-crt-static' }
    : {}
  // As in rust.mjs: where it is missing, napi-derive complains of each type.
  mkdirSync(bindingTypesFolder, { recursive: true })
  announce(`building the core for ${platform}`)
  const glibc = /gnu(\.[\d.]+)$/.exec(zigTarget)?.[1] ?? ''
  run('cargo-zigbuild', ['zigbuild', '--release', '--workspace', '--locked', '--target', `${target}${glibc}`], {
    env: { ...env, ...flags, ...rocksdb, CXXSTDLIB: 'c++' },
  })
  // Asked to leave out what is for debuggers, zig leaves out all symbols.
  copyFileSync(join(targetFolder, target, 'release/libengram_binding.so'), file)
}
