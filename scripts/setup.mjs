import { pathToFileURL } from 'node:url'
import { main } from './command.mjs'
import { installDependencies } from './dependencies.mjs'
import { prepareSystem } from './system.mjs'

/** Sees that everything is there that a build needs. Quick when it is. */
export async function setup() {
  prepareSystem()
  await installDependencies()
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(setup)
