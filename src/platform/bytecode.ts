import { createRequire } from 'node:module'
import type { Script } from 'node:vm'
import { builtin, isInMainRealm } from './builtin.ts'
import { baseOf, folderOf, platformFiles } from './files.ts'
import { withOpenFile } from './open-file.ts'

/** Where this V8's bytecode of a script of the package may lie. */
export function bytecodeFiles(script: string): string[] {
  const name = baseOf(script).replace('.cjs', '')
  return platformFiles(`${name}.v8-${process.versions.v8}.bytecode`)
}

/**
 * Runs a CommonJS module from its bytecode, once, and returns what it exports. To compile the package takes five
 * milliseconds, a fifth of a program's first hit. So V8 gets the bytecode that it made of it when the package was built.
 * Undefined where there is none for this module and this V8; if it was made with other flags, V8 compiles.
 */
export function runFromBytecode(file: string): unknown {
  // A script runs in the main realm. Who loads the package in another one is to get errors of that one.
  if (!isInMainRealm()) return undefined
  const ran = ranModules()
  const known = ran.get(file)
  if (known !== undefined) return known
  const exports = run(file)
  if (exports !== undefined) ran.set(file, exports)
  return exports
}

/** What ran so, by file: all that engram keeps in a place where other code could find it. Its scripts share it. */
function ranModules(): Map<string, unknown> {
  const known = (globalThis as { [RAN]?: Map<string, unknown> })[RAN]
  if (known !== undefined) return known
  const ran = new Map<string, unknown>()
  // In a realm that somebody has frozen, who requires the package gets another instance than who imports it.
  Reflect.defineProperty(globalThis, RAN, { value: ran })
  return ran
}

function run(file: string): unknown {
  const { existsSync } = builtin('node:fs')
  const bytecode = bytecodeFiles(file).find(existsSync)
  // Where a bundle has the module in it, there is none.
  if (bytecode === undefined || !existsSync(file)) return undefined
  const { Script } = builtin('node:vm')
  const found = textAndData(file, bytecode)
  return found && exportsOf(new Script(found.text, { filename: file, cachedData: found.data }), file)
}

const RAN = Symbol.for('engram: what ran from bytecode')
/** Enough for few reads, little enough to stay in the processor's cache. */
const COMPARED_AT_ONCE = 32 * 1024
const [OPENING, CLOSING] = ['(function (exports, require, module, __filename, __dirname) {', '\n})']

/** The text of a script that is the function like which Node runs a CommonJS module. */
export function scriptOf(source: Buffer): string {
  return `${OPENING}${source.toString('latin1')}${CLOSING}`
}

/** Runs such a script, as the module that is in `file`. The scripts beside it that it requires run from bytecode too. */
export function exportsOf(script: Script, file: string, runBeside = runFromBytecode): unknown {
  const module = { exports: {} }
  const folder = folderOf(file)
  const load = (id: string): unknown =>
    (id.startsWith('./') ? runBeside(folder + id.slice(1)) : undefined) ?? createRequire(file)(id)
  script.runInThisContext()(module.exports, load, module, file, folder)
  return module.exports
}

/**
 * A file of bytecode: the lengths of its three parts; how that V8 was built; the script's text; V8's bytecode of it. V8
 * compares versions, flags and lengths; that it was built alike, and that the bytecode was made of this very source, it
 * takes for granted.
 */
export function bytecodeFileOf(source: Buffer, data: Buffer): Buffer {
  const parts = [buildOfV8(), Buffer.from(scriptOf(source), 'latin1'), data]
  const lengths = new Uint32Array(parts.map(({ length }) => length))
  return Buffer.concat([Buffer.from(lengths.buffer), ...parts])
}

/**
 * What is in a file of bytecode, if it was made of `file` as that is now. The text is taken from there, where it is whole:
 * putting it together copies it twice. Both parts are read into the same memory, and V8 gets its own at the start of it, or
 * it would copy that to an aligned place: what costs here are pages that were not used before, two microseconds each.
 */
function textAndData(file: string, bytecode: string): { text: string; data: Buffer } | undefined {
  return withOpenFile(file, (source) =>
    withOpenFile(bytecode, (kept) => {
      const lengths = new Uint32Array(3)
      if (!fills(Buffer.from(lengths.buffer), kept, 0)) return undefined
      const [buildLength, textLength, dataLength] = lengths as unknown as [number, number, number]
      const start = lengths.byteLength + buildLength
      const sourceLength = textLength - OPENING.length - CLOSING.length
      const build = buildOfV8()
      if (buildLength !== build.length || !holds(kept, lengths.byteLength, build)) return undefined
      if (!isLong(source, sourceLength) || !isLong(kept, start + textLength + dataLength)) return undefined
      const bytes = Buffer.allocUnsafeSlow(Math.max(textLength, dataLength))
      if (!fills(bytes.subarray(0, textLength), kept, start)) return undefined
      if (!holds(source, 0, bytes.subarray(OPENING.length, OPENING.length + sourceLength))) return undefined
      const text = bytes.toString('latin1', 0, textLength)
      const data = bytes.subarray(0, dataLength)
      return fills(data, kept, start + textLength) ? { text, data } : undefined
    }),
  )
}

/** Whether a file has these bytes at a position. */
function holds(descriptor: number, position: number, bytes: Buffer): boolean {
  const part = Buffer.allocUnsafeSlow(Math.min(COMPARED_AT_ONCE, bytes.length))
  for (let at = 0; at < bytes.length; at += part.length) {
    const expected = bytes.subarray(at, at + part.length)
    const found = part.subarray(0, expected.length)
    if (!fills(found, descriptor, position + at) || !found.equals(expected)) return false
  }
  return true
}

/** Whether a file has so many bytes. To ask for its length would cost a third of a millisecond. */
function isLong(descriptor: number, length: number): boolean {
  const one = Buffer.allocUnsafeSlow(1)
  return length > 0 && fills(one, descriptor, length - 1) && !fills(one, descriptor, length)
}

/** Reads a file from a position on; false if it ends before the bytes do. */
function fills(bytes: Buffer, descriptor: number, position: number): boolean {
  const { readSync } = builtin('node:fs')
  for (let at = 0; at < bytes.length;) {
    const length = readSync(descriptor, bytes, at, bytes.length - at, position + at)
    if (length === 0) return false
    at += length
  }
  return true
}

function buildOfV8(): Buffer {
  const built = Object.entries(process.config.variables).filter(([name]) => name.startsWith('v8_') || name === 'asan')
  return Buffer.from(JSON.stringify([process.versions.v8, process.arch, built]))
}
