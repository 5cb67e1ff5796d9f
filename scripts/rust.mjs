import { StepFailed } from './command.mjs'
import { cargoVariables, isWritable, targetFolder } from './environment.mjs'
import { rocksdbEnvironment } from './rocksdb.mjs'

/** What every cargo command runs with. Compiles RocksDB if that is to be done. */
export async function cargoEnvironment() {
  if (!isWritable(targetFolder)) {
    throw new StepFailed(`${targetFolder} cannot be written. Set CARGO_TARGET_DIR to a folder that can`)
  }
  return { ...process.env, ...cargoVariables(), ...(await rocksdbEnvironment()) }
}
