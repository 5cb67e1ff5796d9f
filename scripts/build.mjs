import { pathToFileURL } from 'node:url'
import { buildBinding } from './binding.mjs'
import { buildBytecode } from './bytecode.mjs'
import { main } from './command.mjs'
import { setup } from './setup.mjs'
import { buildTypeScript } from './typescript.mjs'

/** Sets up what is missing and builds what is out of date. */
export async function build({ native = true, ts = true } = {}) {
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
