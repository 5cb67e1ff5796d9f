import { createRequire } from 'node:module'
import type { Script } from 'node:vm'
import { builtin } from './builtin.ts'
import { platformFiles } from './files.ts'

/** Where bytecode for this V8 may lie. */
export function bytecodeFiles(): string[] {
  return platformFiles(`v8-${process.versions.v8}.bytecode`)
}

/**
 * Runs a CommonJS module from its bytecode and returns what it exports. To compile the package takes five milliseconds, a
 * fifth of a program's first hit. So V8 gets the bytecode that it made of it when the package was built. Undefined where
 * there is none for this module and this V8; if it was made with other flags, V8 compiles.
 */
export function runFromBytecode(file: string): unknown {
  const { existsSync, readFileSync } = builtin('node:fs')
  const bytecode = bytecodeFiles().find(existsSync)
  // Where a bundle has the module in it, there is none.
  if (bytecode === undefined || !existsSync(file)) return undefined
  // A script runs in the main realm. Who loads the package in another one, as Jest does, is to get errors of that one.
  if (Object.getPrototypeOf(readFileSync) !== Function.prototype) return undefined
  const source = readFileSync(file)
  const cachedData = cachedDataOf(source, readFileSync(bytecode))
  const { Script } = builtin('node:vm')
  return cachedData && exportsOf(new Script(scriptOf(source), { filename: file, cachedData }), file)
}

/** The text of a script that is the function like which Node runs a CommonJS module. */
export function scriptOf(source: Buffer): string {
  return `(function (exports, require, module, __filename, __dirname) {${source.toString('latin1')}\n})`
}

/** Runs such a script, as the module that is in `file`. */
export function exportsOf(script: Script, file: string): unknown {
  const module = { exports: {} }
  const load = (id: string): unknown => createRequire(file)(id)
  script.runInThisContext()(module.exports, load, module, file, builtin('node:path').dirname(file))
  return module.exports
}

/**
 * What a file of bytecode begins with. V8 compares versions, flags and lengths; that it was built alike, and that the
 * bytecode was made of this very source, it takes for granted.
 */
export function bytecodePrefix(source: Buffer): Buffer {
  return Buffer.concat([source, buildOfV8()])
}

/** In two parts: putting them together would take longer than comparing them. */
function cachedDataOf(source: Buffer, bytes: Buffer): Buffer | undefined {
  const build = buildOfV8()
  const start = source.length + build.length
  const isOfThis = bytes.subarray(0, source.length).equals(source) && bytes.subarray(source.length, start).equals(build)
  return isOfThis ? bytes.subarray(start) : undefined
}

function buildOfV8(): Buffer {
  const built = Object.entries(process.config.variables).filter(([name]) => /^v8_|^asan$/.test(name))
  return Buffer.from(JSON.stringify([process.versions.v8, process.arch, built]))
}
