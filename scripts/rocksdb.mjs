import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { main } from './command.mjs'
import { keptFolder } from './environment.mjs'
import { findArchiver, findCompiler } from './rocksdb/compiler.mjs'
import { findCrate, hostTarget } from './rocksdb/crate.mjs'
import { buildLibrary, isBuilt } from './rocksdb/library.mjs'
import { flagsFor, knownFeatures, knownTargets, knownVersion, sourcesIn, unitsFor } from './rocksdb/recipe.mjs'

// Variables by which users decide themselves how the crate gets at RocksDB.
const ownWays = [
  'ROCKSDB_COMPILE',
  'ROCKSDB_LIB_DIR',
  'ROCKSDB_USE_PKG_CONFIG',
  'ROCKSDB_CXX_STD',
  'ROCKSDB_NATIVE_DEBUG',
]

function isLeftToCrate(target, env) {
  if (!knownTargets.includes(target) || ownWays.some((name) => env[name])) return true
  const rustFlags = `${env.RUSTFLAGS ?? ''} ${env.CARGO_ENCODED_RUSTFLAGS ?? ''}`
  return Boolean(env.CARGO_BUILD_TARGET) || /target-cpu|target-feature|sanitize/.test(rustFlags)
}

function pathOf(crate, source) {
  return source === 'build_version.cc' ? join(crate.folder, source) : join(crate.folder, 'rocksdb', source)
}

/** Names a library by all that decides what is in it, and nothing that differs between machines alone. */
export function digestOf({ compiler, crate, target, units }) {
  const { first, last, version } = compiler
  const inUnits = units.map(({ flags = [], sources }) => [...flags, ...sources])
  const parts = [first, last, version, flagsFor(target), crate.version, crate.compressors, inUnits]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}

function recipeFor(crate, target, env) {
  const compiler = findCompiler(target, env)
  const sources = sourcesIn(readFileSync(join(crate.folder, 'rocksdb_lib_sources.txt'), 'utf8'))
  const units = unitsFor(target, sources, (source) => statSync(pathOf(crate, source)).size)
  return {
    compiler: { ...compiler, flags: [...flagsFor(target), ...crate.headers.flatMap((folder) => ['-I', folder])] },
    archiver: findArchiver(target, env),
    directory: crate.folder,
    env,
    folder: join(keptFolder, 'rocksdb', `${crate.version}-${digestOf({ compiler, crate, target, units })}`),
    units,
  }
}

async function prepare(target, env) {
  if (isLeftToCrate(target, env)) return {}
  const crate = findCrate(target)
  if (crate.version !== knownVersion || crate.features.join(' ') !== knownFeatures) return {}
  const recipe = recipeFor(crate, target, env)
  if (!isBuilt(recipe.folder)) await buildLibrary(recipe)
  return {
    ROCKSDB_LIB_DIR: recipe.folder,
    ROCKSDB_STATIC: '1',
    ROCKSDB_INCLUDE_DIR: join(crate.folder, 'rocksdb/include'),
  }
}

const prepared = new Map()

/**
 * Sees that RocksDB is compiled, and says to cargo where it is. Nothing is said where the crate compiles it itself: on
 * targets on which this is not tried, and where the user's variables decide.
 *
 * @param target what cargo compiles for; this machine, where it is not said
 * @param env where the compiler of that target is named
 */
export function rocksdbEnvironment(target = hostTarget(), env = process.env) {
  if (!prepared.has(target)) prepared.set(target, prepare(target, env))
  return prepared.get(target)
}

// `node scripts/rocksdb.mjs` compiles it and prints what cargo is told.
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => console.log(JSON.stringify(await rocksdbEnvironment())))
}
