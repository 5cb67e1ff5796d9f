import { builtin } from '../platform/builtin.ts'

const sources = new Map<string, string | undefined>()

/**
 * What a function or a parameter is called in the source. Where a variable of the module has the same name, esbuild, and so tsx
 * and vite, call it `rows2` in what runs: a name that its file does not have, but for the digits at its end.
 *
 * @param file - In which it was given to engram.
 */
export function sourceName(name: string, file: string | undefined): string {
  if (file === undefined || !/\D\d+$/.test(name)) return name
  const source = compiledSource(file)
  if (source === undefined || hasWord(source, name)) return name
  for (let end = name.length - 1; /\d/.test(name[end]!); end--) {
    const shorter = name.slice(0, end)
    if (hasWord(source, shorter)) return shorter
  }
  return name
}

/** The text of a file that is not what runs; undefined where it is, or cannot be read. */
function compiledSource(file: string): string | undefined {
  if (!sources.has(file)) sources.set(file, readCompiled(file))
  return sources.get(file)
}

function readCompiled(file: string): string | undefined {
  const isCompiled = /\.[cm]?tsx?$/.test(file) || builtin('node:module').findSourceMap(file) !== undefined
  if (!isCompiled) return undefined
  try {
    return builtin('node:fs').readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function hasWord(source: string, name: string): boolean {
  for (let at = source.indexOf(name); at >= 0; at = source.indexOf(name, at + 1)) {
    const isPart = isOfName(source[at - 1]) || isOfName(source[at + name.length])
    if (!isPart) return true
  }
  return false
}

function isOfName(character: string | undefined): boolean {
  return character !== undefined && /[\w$]/.test(character)
}
