import { createRequire } from 'node:module'
import type { Script } from 'node:vm'
import { builtin, isInMainRealm } from './builtin.ts'
import { platformFiles } from './files.ts'

/** Where bytecode for this V8 may lie. */
export function bytecodeFiles(): string[] {
  return platformFiles(`v8-${process.versions.v8}.bytecode`)
}

/**
 * Runs a CommonJS module from its bytecode, once in each realm, and returns what it exports. To compile the package takes five milliseconds, a
 * fifth of a program's first hit. So V8 gets the bytecode that it made of it when the package was built. Undefined where
 * there is none for this module and this V8; if it was made with other flags, V8 compiles.
 */
export function runFromBytecode(file: string): unknown {
  const ran = ranModules()
  const known = ran.get(file)
  if (known !== undefined) return known
  const exports = run(file)
  if (exports !== undefined) ran.set(file, exports)
  return exports
}

/** What ran so, by file: all that engram keeps in a place where other code could find it. Its scripts share it. */
function ranModules(): Map<string, unknown> {
  const scope = globalThis as { [RAN]?: Map<string, unknown> }
  if (scope[RAN] === undefined) Object.defineProperty(scope, RAN, { value: new Map() })
  return scope[RAN]!
}

function run(file: string): unknown {
  const { existsSync } = builtin('node:fs')
  const bytecode = bytecodeFiles().find(existsSync)
  // Where a bundle has the module in it, there is none.
  if (bytecode === undefined || !existsSync(file)) return undefined
  // A script runs in the main realm. Who loads the package in another one is to get errors of that one.
  if (!isInMainRealm()) return undefined
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

/** Runs such a script, as the module that is in `file`. */
export function exportsOf(script: Script, file: string): unknown {
  const module = { exports: {} }
  const load = (id: string): unknown => createRequire(file)(id)
  script.runInThisContext()(module.exports, load, module, file, builtin('node:path').dirname(file))
  return module.exports
}

/**
 * A file of bytecode: the script's text, V8's bytecode of it, and how that V8 was built. V8 compares versions, flags and
 * lengths; that it was built alike, and that the bytecode was made of this very source, it takes for granted.
 */
export function bytecodeFileOf(source: Buffer, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from(scriptOf(source), 'latin1'), data, buildOfV8()])
}

/**
 * What is in a file of bytecode, if it was made of `file` as that is now. The text is taken from there, where it is whole:
 * putting it together copies it twice. Both parts are read into the same memory, and V8 gets its own at the start of it, or
 * it would copy that to an aligned place: what costs here are pages that were not used before, two microseconds each.
 */
function textAndData(file: string, bytecode: string): { text: string; data: Buffer } | undefined {
  return withFile(file, (source, sourceLength) =>
    withFile(bytecode, (kept, keptLength) => {
      const build = buildOfV8()
      const textLength = OPENING.length + sourceLength + CLOSING.length
      const dataLength = keptLength - textLength - build.length
      if (dataLength <= 0 || !holds(kept, textLength + dataLength, build)) return undefined
      const bytes = Buffer.allocUnsafeSlow(Math.max(textLength, dataLength))
      fill(bytes.subarray(0, textLength), kept, 0)
      if (!holds(source, 0, bytes.subarray(OPENING.length, OPENING.length + sourceLength))) return undefined
      const text = bytes.toString('latin1', 0, textLength)
      const data = bytes.subarray(0, dataLength)
      fill(data, kept, textLength)
      return { text, data }
    }),
  )
}

function withFile<T>(path: string, act: (descriptor: number, length: number) => T): T {
  const { closeSync, fstatSync, openSync } = builtin('node:fs')
  const descriptor = openSync(path, 'r')
  try {
    return act(descriptor, fstatSync(descriptor).size)
  } finally {
    closeSync(descriptor)
  }
}

/** Whether a file has these bytes at a position. */
function holds(descriptor: number, position: number, bytes: Buffer): boolean {
  const part = Buffer.allocUnsafeSlow(Math.min(COMPARED_AT_ONCE, bytes.length))
  for (let at = 0; at < bytes.length; at += part.length) {
    const expected = bytes.subarray(at, at + part.length)
    const found = part.subarray(0, expected.length)
    fill(found, descriptor, position + at)
    if (!found.equals(expected)) return false
  }
  return true
}

/** @throws if the file ends before. */
function fill(bytes: Buffer, descriptor: number, position: number): void {
  const { readSync } = builtin('node:fs')
  for (let at = 0; at < bytes.length; ) {
    const length = readSync(descriptor, bytes, at, bytes.length - at, position + at)
    if (length === 0) throw new Error('A file of the package became shorter while it was read.')
    at += length
  }
}

function buildOfV8(): Buffer {
  const built = Object.entries(process.config.variables).filter(([name]) => name.startsWith('v8_') || name === 'asan')
  return Buffer.from(JSON.stringify([process.versions.v8, process.arch, built]))
}
