import { builtin } from '../platform/builtin.ts'
import { foldersFrom, readManifest } from '../platform/manifest.ts'

const { dirname, join } = builtin('node:path')

/** `name@version` of the package that holds a file. A manifest without a name says only how to read `.js`. */
export function packageAround(file: string): string {
  for (let folder = dirname(file); dirname(folder) !== folder; folder = dirname(folder)) {
    const label = packageLabel(join(folder, 'package.json'))
    if (label !== undefined) return label
  }
  return ''
}

/** The installed package of this name, as seen from `file`: `name@version`; undefined where there is none. */
export function packageFrom(name: string, file: string): string | undefined {
  for (const folder of foldersFrom(dirname(file))) {
    const label = packageLabel(join(folder, 'node_modules', name, 'package.json'))
    if (label !== undefined) return label
  }
  return undefined
}

/** `name@version` that a manifest gives. */
function packageLabel(manifest: string): string | undefined {
  const found = readManifest(manifest)
  return found && `${found.name}@${String(found.version ?? '')}`
}
