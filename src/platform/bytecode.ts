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
  const { Script } = builtin('node:vm')
  const found = textAndData(readFileSync(file), readFileSync(bytecode))
  return found && exportsOf(new Script(found.text, { filename: file, cachedData: found.data }), file)
}

const [OPENING, CLOSING] = ['(function (exports, require, module, __filename, __dirname) {', '\n})']

/** The text of a script that is the function like which Node runs a CommonJS module. */
export function scriptOf(source: Buffer): string {
  return `${OPENING}${source.toString('latin1')}${CLOSING}`
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
  return Buffer.concat([Buffer.from(scriptOf(source), 'latin1'), buildOfV8()])
}

/** The script's text is taken from the file of bytecode, where it is whole: putting it together copies it twice. */
function textAndData(source: Buffer, bytes: Buffer): { text: string; data: Buffer } | undefined {
  const build = buildOfV8()
  const [closing, start] = [OPENING.length + source.length, OPENING.length + source.length + CLOSING.length]
  const data = start + build.length
  const isOfThis = bytes.subarray(OPENING.length, closing).equals(source) && bytes.subarray(start, data).equals(build)
  return isOfThis ? { text: bytes.toString('latin1', 0, start), data: bytes.subarray(data) } : undefined
}

function buildOfV8(): Buffer {
  const built = Object.entries(process.config.variables).filter(([name]) => /^v8_|^asan$/.test(name))
  return Buffer.from(JSON.stringify([process.versions.v8, process.arch, built]))
}
