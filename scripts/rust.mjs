import { cargoVariables } from './environment.mjs'
import { rocksdbEnvironment } from './rocksdb.mjs'

/** What every cargo command runs with. Compiles RocksDB if that is to be done. */
export async function cargoEnvironment() {
  return { ...process.env, ...cargoVariables(), ...(await rocksdbEnvironment()) }
}
