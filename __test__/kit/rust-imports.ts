import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const core = 'crate/core/src'

/** The folder of a crate and the names of modules and things in it: `['crate/core/src', 'engine', 'Hit']`. */
type Path = readonly string[]

/** The Rust files below a folder. */
export function rustFilesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.rs'))
    .map((name) => join(folder, name).replaceAll('\\', '/'))
}

/** The code of a file, without comments. */
export function codeOf(file: string): string {
  return readFileSync(join(root, file), 'utf8').replaceAll(/(?<=^|\s)\/\/.*$/gm, '')
}

/** The files that define what a file names, by `use` or by a path in its code such as `crate::hash::digest(…)`. */
export function importsOf(file: string): string[] {
  const definers = new Set(namesIn(file).paths.map(definerOf))
  return [...definers].filter((one) => one !== undefined).filter((one) => one !== file)
}

interface Names {
  /** What `use` brings in, by the names that it gets. */
  uses: Map<string, Path>
  /** All that the file names by a path. */
  paths: Path[]
}

const known = new Map<string, Names>()

function namesIn(file: string): Names {
  const names = known.get(file) ?? { uses: new Map(), paths: [] }
  if (!known.has(file)) {
    known.set(file, names)
    // A module within the file, `mod tests { … }`, ends where a line begins with its brace.
    const [own, ...inner] = codeOf(file).split(/^mod (\w+) \{\n([\s\S]*?)^\}/m)
    readNames(own!, moduleOf(file), names)
    for (const [, path, name] of own!.matchAll(/^#\[path = "(.+)"\]\nmod (\w+);/gm)) {
      names.uses.set(name!, moduleOf(join(dirname(file), path!).replaceAll('\\', '/')))
    }
    for (let at = 0; at < inner.length; at += 3) {
      readNames(inner[at + 1]!, [...moduleOf(file), inner[at]!], names)
      readNames(inner[at + 2]!, moduleOf(file), names)
    }
  }
  return names
}

function readNames(code: string, module: Path, { uses, paths }: Names): void {
  const rest = code.replaceAll(/^\s*(?:pub(?:\(\w+\))? )?use ([^;]+);/gm, (_, tree: string) => {
    for (const branch of branchesOf(tree)) {
      const [names, alias] = branch.replace('::self', '').split(' as ')
      const path = pathOf(names!.split('::'), module)
      if (path === undefined) continue
      paths.push(path)
      uses.set(alias ?? path.at(-1)!, path)
    }
    return ''
  })
  for (const [names] of rest.matchAll(/\b\w+(?:::\w+)+/g)) {
    const path = pathOf(names.split('::'), module)
    if (path) paths.push(path)
  }
}

/** `a::{b, c::{self, d as e}}` is `a::b`, `a::c::self` and `a::c::d as e`. */
function branchesOf(tree: string): string[] {
  const innermost = /([\w:]*)\{([^{}]*)\}/
  const spread = (_: string, front: string, names: string): string =>
    names.replaceAll(/[^,]+/g, (name) => (name.trim() ? front + name.trim() : ''))
  let flat = tree
  while (innermost.test(flat)) flat = flat.replace(innermost, spread)
  return flat
    .split(',')
    .map((branch) => branch.trim())
    .filter(Boolean)
}

/** Where names lead that stand in a module; undefined out of this project. */
function pathOf([first, ...rest]: readonly string[], module: Path): Path | undefined {
  if (first === 'crate') return [module[0]!, ...rest]
  if (first === 'engram_core') return [core, ...rest]
  if (first === 'self') return rest[0] === 'super' ? pathOf(rest, module) : [...module, ...rest]
  if (first === 'super') return pathOf(['self', ...rest], module.slice(0, -1))
  return fileOf([...module, first!]) === undefined ? undefined : [...module, first!, ...rest]
}

/** The file that defines what a path names, beyond those that only hand it on. */
function definerOf(path: Path): string | undefined {
  for (let length = path.length; length > 0; length--) {
    const file = fileOf(path.slice(0, length))
    if (file === undefined) continue
    const origin = path[length] === '*' ? undefined : namesIn(file).uses.get(path[length] ?? '')
    return origin ? definerOf([...origin, ...path.slice(length + 1)]) : file
  }
  return undefined
}

/** The module that a file is. */
function moduleOf(file: string): Path {
  const [, folder, names] = /^(crate\/\w+\/(?:src|tests(?:\/\w+(?=\/))?))\/(.*?)(?:\/?(?:mod|lib|main))?\.rs$/.exec(
    file,
  )!
  return [folder!, ...names!.split('/').filter(Boolean)]
}

/** The file that a path names, if it is that of a module. */
function fileOf([folder, ...names]: Path): string | undefined {
  const stem = [folder, ...names].join('/')
  const files =
    names.length > 0 ? [`${stem}.rs`, `${stem}/mod.rs`] : [`${stem}/lib.rs`, `${stem}/main.rs`, `${stem}/mod.rs`]
  return files.find((file) => existsSync(join(root, file)))
}
