import { builtin } from './builtin.ts'
import { runFromBytecode } from './bytecode.ts'

/**
 * What the package exports, for an ES module beside its scripts that Node itself loads. To import a CommonJS module, Node starts its other
 * loader, which reads that module by a program of its own first: a tenth of a program's first hit. So the package runs from
 * its bytecode at once, and Node is told of it as if it had been required: who requires it gets the same objects.
 */
export function instanceBeside(importing: string): unknown {
  const { Module, createRequire } = builtin('node:module')
  const { dirname, join } = builtin('node:path')
  const folder = dirname(importing)
  const file = join(folder, 'index.cjs')
  const require = createRequire(file)
  if (require.cache[file] !== undefined) return require(file)
  const exports = runFromBytecode(join(folder, 'engram.cjs'))
  if (exports === undefined) return require(file)
  require.cache[file] = Object.assign(new Module(file), { filename: file, loaded: true, exports })
  return exports
}
