import { builtin } from '../platform/builtin.ts'
import { foldersFrom, readManifest } from '../platform/manifest.ts'

const { existsSync } = builtin('node:fs')
const { basename, dirname, join, relative, sep } = builtin('node:path')

/**
 * Stable name of a function: the path of the module that wraps it, relative to its package, and the function's name, as
 * in `my-package/src/load.ts#loadRows`. No absolute path is in it, so that another checkout has the same names.
 */
export function functionId(name: string, module: string | undefined): string {
  return module === undefined ? name : `${module}#${name}`
}

/** Path of a module's file relative to its package. Undefined where there is no file, as in a REPL. */
export function moduleOf(file: string | undefined): string | undefined {
  return file === undefined ? undefined : moduleName(file)
}

const names = new Map<string, string>()

function moduleName(file: string): string {
  let name = names.get(file)
  if (name === undefined) {
    name = nameInPackage(file)
    names.set(file, name)
  }
  return name
}

function nameInPackage(file: string): string {
  for (const folder of foldersFrom(dirname(file))) {
    const manifest = join(folder, 'package.json')
    if (!existsSync(manifest)) continue
    const path = relative(folder, file).split(sep).join('/')
    const packageName = readManifest(manifest)?.name
    return packageName === undefined ? path : `${packageName}/${path}`
  }
  return basename(file)
}

/** Whether a function with this id is meant by a name that users give: the id itself, or what comes after the `#` in it. */
export function isCalled(id: string, name: string): boolean {
  return id === name || id.endsWith(`#${name}`)
}
