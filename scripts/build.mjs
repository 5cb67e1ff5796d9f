import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildBinding } from './binding.mjs'
import { buildBytecode } from './bytecode.mjs'
import { announce, main } from './command.mjs'
import { keptFolder, platform, targetFolder } from './environment.mjs'
import { setup } from './setup.mjs'
import { buildTypeScript } from './typescript.mjs'

function announceFirstBuild() {
  if (existsSync(join(targetFolder, 'release'))) return
  // Elsewhere the crate compiles RocksDB itself: see rocksdb.mjs.
  const time = platform.startsWith('linux-') ? 'about 15 minutes' : 'half an hour or more'
  announce(`the first build compiles RocksDB and the Rust crates that the core stands on: ${time} on two cores`)
  announce(`what it compiles is kept for later builds and clones, in ${keptFolder}`)
}

/** Sets up what is missing and builds what is out of date. */
export async function build({ native = true, ts = true } = {}) {
  if (native) announceFirstBuild()
  await setup()
  if (native) await buildBinding()
  if (ts) await buildTypeScript()
  if (native && ts) await buildBytecode()
}

// `node scripts/build.mjs [native|ts]`
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const part = process.argv[2]
  await main(() => build({ native: part !== 'ts', ts: part !== 'native' }))
}
