import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Shows whether this thread can import TypeScript. */
const PROBE = import.meta.url.endsWith('.ts') ? './probe.ts' : '../../src/run/probe.ts'

/**
 * Lets this thread import what the program's own thread imports. Threads are started with the options of the program (`--import`), but
 * on some versions of Node tsx compiles ES modules in the main thread alone.
 */
export async function loadAsProgram(): Promise<void> {
  const tsx = tsxFolder()
  if (tsx === undefined || !(await isRefusingTypeScript())) return
  const { register } = (await import(pathToFileURL(join(tsx, 'esm/api/index.mjs')).href)) as { register: () => unknown }
  register()
}

async function isRefusingTypeScript(): Promise<boolean> {
  try {
    await import(new URL(PROBE, import.meta.url).href)
    return false
  } catch (error) {
    return (error as { code?: unknown }).code === 'ERR_UNKNOWN_FILE_EXTENSION'
  }
}

/** Where tsx is, if the program was started with it: by its name, or by the path of one of its files. */
function tsxFolder(): string | undefined {
  for (const argument of process.execArgv) {
    const given = argument.replace(/^--(?:import|require|loader|experimental-loader)=/, '')
    const path = given.startsWith('file:') ? fileURLToPath(given) : given
    const folder = /^(.*[\\/]tsx[\\/]dist)[\\/]/.exec(path)?.[1]
    if (folder !== undefined) return folder
    if (given === 'tsx' || given.startsWith('tsx/')) return folderOf(given)
  }
  return undefined
}

function folderOf(specifier: string): string | undefined {
  try {
    const file = createRequire(join(process.cwd(), 'noop.js')).resolve(specifier)
    return /^(.*[\\/]tsx[\\/]dist)[\\/]/.exec(file)?.[1]
  } catch {
    return undefined
  }
}
