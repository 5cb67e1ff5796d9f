import { builtin } from './builtin.ts'
import { type OpenReader, runFromBytecode } from './bytecode.ts'
import { folderOf } from './files.ts'

/**
 * What the package exports, for an ES module beside its scripts that Node itself loads. To import a CommonJS module, Node starts its other
 * loader, which reads that module by a program of its own first: a tenth of a program's first hit. So the package runs from
 * its bytecode at once. Who requires it gets the same objects.
 */
export function instanceBeside(importing: string, openReader: OpenReader): unknown {
  const folder = folderOf(importing)
  return runFromBytecode(`${folder}/engram.cjs`, openReader) ?? required(`${folder}/index.cjs`)
}

/** `node:module` takes half a millisecond to load: most programs do not need it here. */
function required(file: string): unknown {
  return builtin('node:module').createRequire(file)(file)
}
