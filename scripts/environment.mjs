import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/** The checkout that these scripts stand in. */
export const root = join(import.meta.dirname, '..')

function userCacheFolder() {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env
  if (process.platform === 'win32' && LOCALAPPDATA) return LOCALAPPDATA
  if (XDG_CACHE_HOME) return XDG_CACHE_HOME
  return process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache')
}

const cacheFolder = join(userCacheFolder(), 'engram')

/** Outside the checkout, as RocksDB in it takes 10 to 20 minutes to compile and outlives any clone. */
export const targetFolder = process.env.CARGO_TARGET_DIR || join(cacheFolder, 'target')

/** Where ccache keeps what it compiled. */
export const ccacheFolder = process.env.CCACHE_DIR || join(cacheFolder, 'ccache')

/** Where napi-derive leaves the types of the binding while it compiles; kept with the objects, gone with them. */
export const bindingTypesFolder = join(
  targetFolder,
  'engram-types',
  createHash('sha256').update(root).digest('hex').slice(0, 16),
)

const suffixes = { linux: '-gnu', win32: '-msvc' }

/** As the prebuilt packages call this machine. */
export const platform = `${process.platform}-${process.arch}${suffixes[process.platform] ?? ''}`

/** Whether a program stands on PATH. */
export function hasProgram(name) {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name + suffix)))
}

function compilers() {
  const { CC, CXX } = process.env
  if (CC || CXX || process.platform === 'win32' || !hasProgram('ccache')) return {}
  const [c, cxx] = process.platform === 'darwin' ? ['clang', 'clang++'] : ['gcc', 'g++']
  return { CC: `ccache ${c}`, CXX: `ccache ${cxx}`, CCACHE_DIR: ccacheFolder }
}

/**
 * What every cargo command runs with. Another value of any of these makes cargo compile RocksDB again, so nothing
 * here may depend on which command asks.
 */
export function cargoEnvironment() {
  return {
    ...process.env,
    ...compilers(),
    CARGO_TARGET_DIR: targetFolder,
    NAPI_TYPE_DEF_TMP_FOLDER: bindingTypesFolder,
    // Cargo goes by file times: of two checkouts that share a target folder one would get the other's objects. The
    // path of the wrapper sets the objects of the workspace's own crates apart; those of other crates stay shared.
    ...(process.platform === 'win32' ? {} : { RUSTC_WORKSPACE_WRAPPER: join(root, 'scripts', 'rustc.sh') }),
  }
}
