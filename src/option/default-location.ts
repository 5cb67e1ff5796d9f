import { builtin } from '../platform/builtin.ts'
import { foldersFrom, readManifest } from '../platform/manifest.ts'

const { existsSync, realpathSync } = builtin('node:fs')
const { dirname, isAbsolute, join, resolve } = builtin('node:path')

/**
 * Where a memory keeps its results that was not told where: what the environment variable ENGRAM_LOCATION says, else `.engram`
 * beside the package.json of the program, wherever it was started. A program that is an installed tool, such as a test runner,
 * works for the folder that it was started in.
 */
export function defaultLocation(): string {
  return locationFrom(scriptFolder() ?? process.cwd())
}

/** The same for a program in a folder. */
export function locationFrom(folder: string): string {
  const given = process.env['ENGRAM_LOCATION']
  return given ? resolve(given) : join(packageFolder(folder) ?? process.cwd(), '.engram')
}

/** The folder of the script that Node was started with, unless it is in an installed package. */
function scriptFolder(): string | undefined {
  const script = process.argv[1]
  // After `-e` and `-p`, it is an argument.
  if (
    script === undefined ||
    !isAbsolute(script) ||
    process.execArgv.some((one) => /^(?:-pe?|-e|--eval|--print)\b/.test(one))
  )
    return undefined
  try {
    const folder = dirname(realpathSync(script))
    return /[\\/]node_modules(?:[\\/]|$)/.test(folder) ? undefined : folder
  } catch {
    return undefined
  }
}

/**
 * The nearest folder that has a package.json with a name. One without a name may only say how a folder of built files is to
 * be loaded, and that folder may be deleted with each build: it counts where no other is above it.
 */
function packageFolder(from: string): string | undefined {
  let nearest: string | undefined
  for (const folder of foldersFrom(from)) {
    const manifest = join(folder, 'package.json')
    if (!existsSync(manifest)) continue
    if (readManifest(manifest) !== undefined) return folder
    nearest ??= folder
  }
  return nearest
}
