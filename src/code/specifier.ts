import { builtin } from '../platform/builtin.ts'

const { existsSync, statSync } = builtin('node:fs')
const { dirname, join } = builtin('node:path')

const ENDINGS = ['', '.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '/index.ts', '/index.js']

const found = new Map<string, string>()

/** Whether a specifier names a file, not a package. */
export function namesFile(specifier: string): boolean {
  return /^\.{0,2}\//.test(specifier)
}

/** The file that a relative specifier names, as seen from another file; undefined where there is none. */
export function fileAt(from: string, specifier: string): string | undefined {
  const place = `${from}\0${specifier}`
  const known = found.get(place)
  if (known !== undefined && existsSync(known)) return known
  const file = findFile(from, specifier)
  if (file !== undefined) found.set(place, file)
  return file
}

function findFile(from: string, specifier: string): string | undefined {
  const path = specifier.replace(/[?#].*$/, '')
  for (const start of startsOf(from, path)) {
    const bare = start.replace(/\.([mc]?)jsx?$/, '')
    const candidates = [...ENDINGS.map((ending) => start + ending), ...ENDINGS.slice(1).map((ending) => bare + ending)]
    const file = candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile())
    if (file !== undefined) return file
  }
  return undefined
}

/** Where a path may lead. Absolute ones are what vite makes of relative ones: they begin at the root of the project. */
function* startsOf(from: string, path: string): Generator<string> {
  if (!path.startsWith('/')) return yield join(dirname(from), path)
  yield path
  for (let folder = dirname(from); dirname(folder) !== folder; folder = dirname(folder)) yield join(folder, path)
}
