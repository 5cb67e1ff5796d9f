/**
 * What is installed beside the loaders: compilers, test runners, and other versions of Node.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMusl } from '../../../src/platform/elf.ts'

const folder = fileURLToPath(new URL('./loaders/', import.meta.url))

/** The path of a file of an installed package. */
export function toolFile(...path: string[]): string {
  return join(folder, 'node_modules', ...path)
}

/** The program of a version of Node: of a line (`22`), or the first of a line (`22.0`). */
export function nodeBinary(version: string): string {
  return toolFile(nodePackage(version), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

/** Why this version of Node cannot be run here; undefined where it can. */
export function missingNode(version: string): string | undefined {
  // Npm installs there the one for glibc, which does not start: its package does not name a libc.
  if (isMusl()) return `npm has no Node ${version} for musl`
  return missingTool(nodePackage(version))
}

/** Tools that every platform has must be there; a build of Node is not made for each. */
export function missingTool(name: string): string | undefined {
  if (existsSync(toolFile(name))) return undefined
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    [kind in 'dependencies' | 'optionalDependencies']: Record<string, string>
  }
  if (name in dependencies || name in optionalDependencies)
    throw new Error(`${name} is not installed: npm test does it`)
  return `there is no ${name}`
}

function nodePackage(version: string): string {
  return `node-${version}-${process.platform}-${process.arch}`
}
