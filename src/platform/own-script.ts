import { builtin } from './builtin.ts'
import { exportsOf, scriptOf } from './bytecode.ts'

/** As it is when a program loads engram: tests stand in for functions of node:fs, and Node itself reads modules by those. */
const { readFileSync } = builtin('node:fs')

/**
 * What the package's script of this name exports, run anew: for who cannot require it. Undefined in another realm than Node's
 * own, and in a bundle that tells no folder, which has its scripts in itself. Throws what reading it does.
 */
export function ownScript(name: string): unknown {
  const isInMainRealm = Object.getPrototypeOf(readFileSync) === Function.prototype
  if (typeof __dirname !== 'string' || !isInMainRealm) return undefined
  const { Script } = builtin('node:vm')
  const filename = `${__dirname}/${name}`
  return exportsOf(new Script(scriptOf(readFileSync(filename)), { filename }), filename, undefined, () => undefined)
}
