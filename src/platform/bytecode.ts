import { createRequire } from 'node:module'
import type { Script } from 'node:vm'
import { builtin, isInMainRealm } from './builtin.ts'
import { baseOf, folderOf, platformFiles } from './files.ts'

/** What of the core brings scripts from their bytecode. */
export interface BytecodeReader {
  /** What is in a file of bytecode, if it was made of the source in `script` as that is now, by a V8 that was built so. */
  bytecodeOf(file: string, script: string, build: string): { text: string; data: Uint8Array } | null
}

/** Opens the core; undefined where it is not at hand. */
export type OpenReader = () => BytecodeReader | undefined

/** Where this V8's bytecode of a script of the package may lie. `script` is its full name. */
export function bytecodeFiles(script: string): string[] {
  const name = baseOf(script).replace('.cjs', '')
  return platformFiles(`${name}.v8-${process.versions.v8}.bytecode`, folderOf(script))
}

/**
 * Runs a CommonJS module of the package from its bytecode, once, and returns what it exports. To compile the package takes five
 * milliseconds, a fifth of a program's first hit. So V8 gets the bytecode that it made of it when the package was built.
 * Undefined where there is none for this module and this V8; if it was made with other flags, V8 compiles.
 */
export function runFromBytecode(file: string, openReader: OpenReader): unknown {
  // A script runs in the main realm. Who loads the package in another one is to get errors of that one.
  if (!isInMainRealm()) return undefined
  const known = ranModules().get(file)
  if (known !== undefined) return known
  const { existsSync } = builtin('node:fs')
  // Where a bundle has the module in it, there is no file. Where there is no bytecode, the core is left to the module to open.
  const there = existsSync(file) ? bytecodeFiles(file).filter((bytecode) => existsSync(bytecode)) : []
  const reader = there.length === 0 ? undefined : openReader()
  return reader && run(file, reader, there)
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

/** By the core alone: tests put others in the place of functions of node:fs, and a program may load scripts later. */
function run(file: string, reader: BytecodeReader, mayBe = bytecodeFiles(file)): unknown {
  const build = buildOfV8()
  for (const bytecode of mayBe) {
    const found = reader.bytecodeOf(bytecode, file, build)
    if (found === null) continue
    const { Script } = builtin('node:vm')
    const script = new Script(found.text, { filename: file, cachedData: found.data })
    const exports = exportsOf(script, file, reader, (beside) => ranModules().get(beside) ?? run(beside, reader))
    ranModules().set(file, exports)
    return exports
  }
  return undefined
}

const RAN = Symbol.for('engram: what ran from bytecode')
const [OPENING, CLOSING] = ['(function (exports, require, module, __filename, __dirname) {', '\n})']

/** The text of a script that is the function like which Node runs a CommonJS module. */
export function scriptOf(source: Buffer): string {
  return `${OPENING}${source.toString('latin1')}${CLOSING}`
}

/**
 * Runs such a script, as the module that is in `file`. It finds the core as `module.addon`. `runBeside` runs a script beside it
 * that it requires; undefined: Node does.
 */
export function exportsOf(
  script: Script,
  file: string,
  addon: BytecodeReader | undefined,
  runBeside: (file: string) => unknown,
): unknown {
  const module = { exports: {}, addon }
  const folder = folderOf(file)
  const load = (id: string): unknown =>
    (id.startsWith('./') ? runBeside(folder + id.slice(1)) : undefined) ?? createRequire(file)(id)
  script.runInThisContext()(module.exports, load, module, file, folder)
  return module.exports
}

/**
 * A file of bytecode, which the core reads: crate/core/src/bytecode.rs says what is in it. V8 compares versions, flags and
 * lengths; that it was built alike, and that the bytecode was made of this very source, it takes for granted.
 */
export function bytecodeFileOf(source: Buffer, data: Buffer): Buffer {
  const parts = [data, Buffer.from(buildOfV8()), Buffer.from(OPENING), source, Buffer.from(CLOSING)]
  const lengths = new Uint32Array([...parts.map(({ length }) => length), 0])
  return Buffer.concat([Buffer.from(lengths.buffer), ...parts])
}

function buildOfV8(): string {
  const built = Object.entries(process.config.variables).filter(([name]) => name.startsWith('v8_') || name === 'asan')
  return JSON.stringify([process.versions.v8, process.arch, built])
}
