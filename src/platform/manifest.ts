import { builtin } from './builtin.ts'

const { readFileSync } = builtin('node:fs')
const { dirname } = builtin('node:path')

/** What of a package.json is read here. */
interface Manifest {
  readonly name: string
  readonly version?: unknown
}

/** A package.json; undefined where it cannot be read or has no name, as one that says only how to read `.js`. */
export function readManifest(file: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown }
    return typeof manifest.name === 'string' ? (manifest as Manifest) : undefined
  } catch {
    return undefined
  }
}

/** A folder and those above it, up to the root. */
export function* foldersFrom(folder: string): Generator<string> {
  for (let one = folder; ; one = dirname(one)) {
    yield one
    if (dirname(one) === one) return
  }
}
