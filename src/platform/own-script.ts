import { builtin, isInMainRealm } from './builtin.ts'
import { exportsOf, scriptOf } from './bytecode.ts'

/** As it is when a program loads engram: tests stand in for functions of node:fs, and Node itself reads modules by those. */
const { readFileSync } = builtin('node:fs')
const isInMain = isInMainRealm()

/**
 * What the package's script of this name exports, run anew: for who cannot require it. Undefined in another realm than Node's
 * own, and in a bundle that tells no folder, which has its scripts in itself. Throws what reading it does.
 */
export function ownScript(name: string): unknown {
  if (typeof __dirname !== 'string' || !isInMain) return undefined
  const { Script } = builtin('node:vm')
  const filename = `${__dirname}/${name}`
  return exportsOf(new Script(scriptOf(readFileSync(filename)), { filename }), filename, undefined, () => undefined)
}
