import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { shown } from '../words/shown.ts'
import { Misuse } from './exit-code.ts'
import type { Output } from './output.ts'

/** What a module of a user's threw while it was loaded. */
export class ModuleFailure extends Error {
  override readonly name = 'ModuleFailure'
}

/**
 * Loads a module as `node file` would: its code runs, and `new Memory()` in it finds the same store. TypeScript goes through tsx
 * where that is installed, else through Node's own type stripping.
 *
 * @param location - The store of memories that name none; undefined: as they find it.
 */
export async function loadModule(file: string, location: string | undefined): Promise<Record<string, unknown>> {
  const path = resolve(file)
  if (!existsSync(path)) throw new Misuse(`There is no file ${path}.`)
  // Threads and processes that the program starts look there too.
  if (location !== undefined) process.env['ENGRAM_LOCATION'] = location
  process.argv.splice(1, Infinity, path)
  if (/\.[cm]?tsx?$/.test(path)) await takeTypeScript(path)
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>
  } catch (error) {
    throw new ModuleFailure(`${path} could not be loaded.`, { cause: error })
  }
}

async function takeTypeScript(path: string): Promise<void> {
  const tsx = tsxFor(path)
  if (tsx !== undefined) await import(pathToFileURL(tsx).href)
  else if (!(process.features as { typescript?: unknown }).typescript)
    throw new Misuse(
      `Node ${process.version} does not read TypeScript: install tsx beside ${path}, or use Node 22.18 or later.`,
    )
}

/** That of the program's package, else that of the current folder. */
function tsxFor(path: string): string | undefined {
  for (const folder of [dirname(path), process.cwd()])
    try {
      return createRequire(join(folder, 'package.json')).resolve('tsx')
    } catch {
      // It is not installed there.
    }
  return undefined
}

/** Says what a module, or a run, threw: its stack has the line where it happened. */
export function tellThrown(output: Output, thrown: unknown): void {
  const text = thrown instanceof Error ? (thrown.stack ?? String(thrown)) : shown(String(thrown))
  for (const line of text.split('\n')) output.note(line)
}
