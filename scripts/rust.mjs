import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { StepFailed } from './command.mjs'
import { bindingTypesFolder, cargoVariables, isWritable, targetFolder } from './environment.mjs'
import { rocksdbEnvironment } from './rocksdb.mjs'

// The linker looks into the crate's own folder first: what the crate compiled there, in a build by itself, would win.
function dropLibraryOfCrate() {
  for (const profile of ['release', 'debug'].map((name) => join(targetFolder, name, 'build'))) {
    const builds = existsSync(profile) ? readdirSync(profile) : []
    for (const build of builds.filter((name) => name.startsWith('rust-librocksdb-sys-'))) {
      rmSync(join(profile, build, 'out', 'librocksdb.a'), { force: true })
    }
  }
}

/** What every cargo command runs with. Compiles RocksDB if that is to be done. */
export async function cargoEnvironment() {
  if (!isWritable(targetFolder)) {
    throw new StepFailed(`${targetFolder} cannot be written. Set CARGO_TARGET_DIR to a folder that can`)
  }
  const env = { ...process.env, ...cargoVariables(), ...(await rocksdbEnvironment()) }
  if (env.ROCKSDB_LIB_DIR && !env.ROCKSDB_COMPILE) dropLibraryOfCrate()
  // Clippy has napi-derive write there too, which complains of each type where the folder is missing.
  mkdirSync(bindingTypesFolder, { recursive: true })
  return env
}
