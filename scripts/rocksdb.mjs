import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { main } from './command.mjs'
import { keptFolder } from './environment.mjs'
import { findArchiver, findCompiler } from './rocksdb/compiler.mjs'
import { findCrate, hostTarget } from './rocksdb/crate.mjs'
import { buildLibrary, isBuilt } from './rocksdb/library.mjs'
import { flags, knownFeatures, knownTargets, knownVersion, sourcesIn, unitsOf } from './rocksdb/recipe.mjs'

// Variables by which users decide themselves how the crate gets at RocksDB.
const ownWays = [
  'ROCKSDB_COMPILE',
  'ROCKSDB_LIB_DIR',
  'ROCKSDB_USE_PKG_CONFIG',
  'ROCKSDB_CXX_STD',
  'ROCKSDB_NATIVE_DEBUG',
]

function isLeftToCrate(target, env = process.env) {
  if (!knownTargets.includes(target) || ownWays.some((name) => env[name])) return true
  const rustFlags = `${env.RUSTFLAGS ?? ''} ${env.CARGO_ENCODED_RUSTFLAGS ?? ''}`
  return Boolean(env.CARGO_BUILD_TARGET) || /target-cpu|target-feature|sanitize/.test(rustFlags)
}

function pathOf(crate, source) {
  return source === 'build_version.cc' ? join(crate.folder, source) : join(crate.folder, 'rocksdb', source)
}

/** Names a library by all that decides what is in it, and nothing that differs between machines alone. */
export function digestOf({ compiler, crate, units }) {
  const { first, last, version } = compiler
  const parts = [first, last, version, flags, crate.version, crate.compressors, units.map(({ sources }) => sources)]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}

function recipeFor(crate, target) {
  const compiler = findCompiler(target)
  const sources = sourcesIn(readFileSync(join(crate.folder, 'rocksdb_lib_sources.txt'), 'utf8'))
  const units = unitsOf(sources, (source) => statSync(pathOf(crate, source)).size)
  return {
    compiler: { ...compiler, flags: [...flags, ...crate.headers.flatMap((folder) => ['-I', folder])] },
    archiver: findArchiver(target),
    directory: crate.folder,
    folder: join(keptFolder, 'rocksdb', `${crate.version}-${digestOf({ compiler, crate, units })}`),
    units,
  }
}

async function prepare() {
  const target = hostTarget()
  if (isLeftToCrate(target)) return {}
  const crate = findCrate(target)
  if (crate.version !== knownVersion || crate.features.join(' ') !== knownFeatures) return {}
  const recipe = recipeFor(crate, target)
  if (!isBuilt(recipe.folder)) await buildLibrary(recipe)
  return {
    ROCKSDB_LIB_DIR: recipe.folder,
    ROCKSDB_STATIC: '1',
    ROCKSDB_INCLUDE_DIR: join(crate.folder, 'rocksdb/include'),
  }
}

let prepared

/**
 * Sees that RocksDB is compiled, and says to cargo where it is. Nothing is said where the crate compiles it itself: on
 * targets on which this is not tried, and where the user's variables decide.
 */
export function rocksdbEnvironment() {
  prepared ??= prepare()
  return prepared
}

// `node scripts/rocksdb.mjs` compiles it and prints what cargo is told.
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => console.log(JSON.stringify(await rocksdbEnvironment())))
}
