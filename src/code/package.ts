import { builtin } from '../platform/builtin.ts'

const { readFileSync } = builtin('node:fs')
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
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const label = packageLabel(join(folder, 'node_modules', name, 'package.json'))
    if (label !== undefined || dirname(folder) === folder) return label
  }
}

/** `name@version` that a manifest gives. */
function packageLabel(manifest: string): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, unknown>
    return typeof name === 'string' ? `${name}@${String(version ?? '')}` : undefined
  } catch {
    return undefined
  }
}
