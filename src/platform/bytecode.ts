import type { Script } from 'node:vm'
import { builtin } from './builtin.ts'
import { here, platformFiles } from './files.ts'

/** Where bytecode for this V8 may lie. */
export function bytecodeFiles(): string[] {
  return platformFiles(`v8-${process.versions.v8}.bytecode`)
}

/**
 * Runs the script engram.cjs, which lies beside this file's bundle, the module `url`, and returns its exports. To compile it takes five
 * milliseconds, a fifth of a program's first hit. So V8 gets the bytecode that it made of it when the package was built;
 * where there is none, or it was made with other flags, it compiles.
 */
export function runBundle(url: string): unknown {
  const { Script } = builtin('node:vm')
  const filename = builtin('node:path').join(here(), 'engram.cjs')
  const source = builtin('node:fs').readFileSync(filename)
  const cachedData = bytecodeFor(source)
  const script = new Script(source.toString('latin1'), { filename, ...(cachedData && { cachedData }) })
  return exportsOf(script, url, here())
}

/** Runs a bundle, a function like those in which Node puts CommonJS modules, as if it was the module `url` in `folder`. */
export function exportsOf(script: Script, url: string, folder: string): unknown {
  const module = { exports: {} }
  script.runInThisContext()(module.exports, builtin, module, url, folder)
  return module.exports
}

/**
 * What a file of bytecode begins with. V8 compares versions, flags and lengths; that it was built alike, and that the
 * bytecode was made of this very source, it takes for granted.
 */
export function bytecodePrefix(source: Buffer): Buffer {
  const built = Object.entries(process.config.variables).filter(([name]) => /^v8_|^asan$/.test(name))
  return Buffer.concat([source, Buffer.from(JSON.stringify([process.versions.v8, process.arch, built]))])
}

function bytecodeFor(source: Buffer): Buffer | undefined {
  const { existsSync, readFileSync } = builtin('node:fs')
  const file = bytecodeFiles().find((path) => existsSync(path))
  if (file === undefined) return undefined
  const bytes = readFileSync(file)
  const prefix = bytecodePrefix(source)
  return bytes.subarray(0, prefix.length).equals(prefix) ? bytes.subarray(prefix.length) : undefined
}
