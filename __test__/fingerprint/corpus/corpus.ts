import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { environment } from '../../kit/environment.ts'
import { put } from '../../kit/files.ts'
import { type Command, type Loader, type LoaderName, type Programs, loaders } from './loader.ts'
import type { Files, Pair } from './pairs/pair.ts'
import { type Import, statementsOf } from './program-text.ts'

const project = fileURLToPath(new URL('../../..', import.meta.url))
const gatherer = readFileSync(new URL('./said.cjs', import.meta.url), 'utf8')

/** What one program says: its key, and whether something could not be covered. */
export interface Said {
  readonly key: string
  readonly isDoubtful: boolean
  /** What it says that has changed since the other side, if it was asked; or why it cannot. */
  readonly changed?: readonly { part: string; name: string }[] | string
}

/** Writes one side of all pairs as the loader wants it, to a folder that holds nothing else. */
export function write(directory: string, name: LoaderName, pairs: readonly Pair[], side: 'before' | 'after'): Programs {
  const loader: Loader = loaders[name]
  link(directory, 'engram', project)
  link(directory, 'ava', join(project, 'node_modules/ava'))
  put(directory, 'package.json', `{ "name": "corpus", "type": "${loader.isCommonJs ? 'commonjs' : 'module'}" }`)
  put(directory, 'said.cjs', gatherer)
  const written = pairs.map((pair, index) => new Program(directory, loader, index, pair[side], pair.args))
  const programs = {
    directory,
    modules: written.flatMap(({ modules }) => modules),
    driver: driver(loader, written),
  }
  loader.compile?.(programs)
  return programs
}

/**
 * Runs programs in one process that is theirs alone. What they store goes to the folder `store`. The side `before` stores
 * what its functions return, and `after` says what has changed since.
 */
export async function run(
  loader: LoaderName,
  programs: Programs,
  store: string,
  side?: 'before' | 'after',
): Promise<Said[]> {
  const { directory } = programs
  const said = join(directory, 'said.json')
  const output = await outputOf(loaders[loader].command(programs), directory, {
    ...environment(),
    CORPUS_SAID: said,
    CORPUS_STORE: store,
    ...(side !== undefined && { CORPUS_SIDE: side }),
  })
  try {
    return JSON.parse(readFileSync(said, 'utf8')) as Said[]
  } catch (error) {
    throw new Error(`The programs did not end: ${output}`, { cause: error })
  }
}

function outputOf({ program, args, input }: Command, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve) => {
    const options = { cwd, env, maxBuffer: 2 ** 26, timeout: 240_000 }
    const child = execFile(program ?? process.execPath, [...args], options, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    )
    child.stdin?.end(input)
  })
}

/** One program of a side, written to its folder. */
class Program {
  readonly index: number
  /** Its modules by their paths without endings. */
  readonly modules: string[] = []
  /** Where there is no main module: the statements that take its place. */
  readonly script: string = ''
  readonly #directory: string
  readonly #loader: Loader
  readonly #files: Readonly<Record<string, string>>

  constructor(directory: string, loader: Loader, index: number, files: Files, args = '1') {
    this.index = index
    this.#directory = directory
    this.#loader = loader
    this.#files = typeof files === 'string' ? { main: files } : files
    for (const [name, text] of Object.entries(this.#files)) {
      if (name.includes('.')) put(directory, `p${index}/${name}`, text)
      else if (name !== 'main') this.#putModule(name, text)
    }
    const main = programText(this.#files['main']!, args, loader.form === 'module')
    if (loader.form === 'module') this.#putModule('main', main)
    if (loader.form === 'function') this.#putModule('main', this.#functionText(main))
    if (loader.form === 'script') this.script = this.#scriptText(main)
  }

  #putModule(name: string, text: string): void {
    const { isCommonJs, source, ending } = this.#loader
    const path = `p${this.index}/${name}`
    this.modules.push(path)
    // Node wants the ending of a module's name where compilers do not.
    const resolved = isCommonJs
      ? text
      : text.replaceAll(/from '(\.\/\w+)'/g, (_, specifier: string) => `from '${specifier}${ending}'`)
    put(this.#directory, path + source, resolved)
  }

  #functionText(main: string): string {
    const { text, imports } = statementsOf(main)
    const names = imports.flatMap((one) => one.names.map(({ local }) => local)).join(', ')
    const made = `new Function(...'${names}'.split(', '), ${JSON.stringify(`${text}\nreturn call`)})`
    return `${imports.map((one) => one.text).join('\n')}\nexport const call = ${made}(${names})\n`
  }

  #scriptText(main: string): string {
    const { text, imports } = statementsOf(main, `_${this.index}`)
    const loads = imports.map((one) => this.#loadText(one))
    return [`begin(${this.index})`, ...loads, text, `end(call_${this.index})`].join('\n')
  }

  #loadText({ specifier, names }: Import): string {
    const path = JSON.stringify(this.#pathFromFolder(specifier))
    const isRequired = this.#loader.load === 'require'
    const loaded = isRequired ? `require(${path})` : `await import(${path})`
    // Of what is no ES module, `require` gives what `import` calls its default.
    const isWhole = (name: string): boolean =>
      name === '*' || (name === 'default' && isRequired && !/^\.\/\w+$/.test(specifier))
    const lines = names.map(({ local, exported }) =>
      isWhole(exported) ? `const ${local} = ${loaded}` : `const { ${exported}: ${local} } = ${loaded}`,
    )
    return lines.join('\n')
  }

  /** A script stands in no folder, so it says where each module is. */
  #pathFromFolder(specifier: string): string {
    const ending = specifier.endsWith('.json') ? '' : this.#loader.ending
    if (specifier.startsWith('.')) return `./p${this.index}/${specifier.slice(2)}${ending}`
    const manifest = this.#files[`node_modules/${specifier}/package.json`]
    if (manifest === undefined) return specifier
    const { main } = JSON.parse(manifest) as { main: string }
    return `./p${this.index}/node_modules/${specifier}/${main}`
  }
}

/** Where there is no file, all functions have one id: their projects and domains tell which of them are near. */
function programText(text: string, args: string, hasFile: boolean): string {
  const scope = hasFile ? '' : ', project: globalThis.pair, domain: globalThis.pair'
  return `// @ts-nocheck
import { Memory } from 'engram'
import { pathToFileURL } from 'node:url'
const memory = new Memory({ location: process.env.CORPUS_STORE${scope} })
const [n0, n1] = [false, true]
const base = pathToFileURL(process.cwd() + '/' + globalThis.pair + '/')
${text}
export const call = () => ({ f, args: [${args}] })
void [n0, n1, base]
`
}

/** The text that runs all programs, one after the other. Its first line gets hold of what gathers their answers. */
function driver({ form, isCommonJs, ending, load }: Loader, programs: readonly Program[]): string {
  if (form === 'script') {
    const head =
      load === 'import'
        ? `const { begin, end, finishSync } = await import('./said.cjs')`
        : `const { begin, end, finishSync } = require('./said.cjs')`
    return [head, ...programs.map(({ script }) => script), 'finishSync()', ''].join('\n')
  }
  const head = isCommonJs
    ? `const { loadSync, finishSync } = require('./said.cjs')`
    : `import { load, finish } from './said.cjs'`
  const lines = programs.map(({ index }) => {
    const path = `'./p${index}/main${ending}'`
    return isCommonJs ? `loadSync(${index}, () => require(${path}))` : `await load(${index}, () => import(${path}))`
  })
  return [head, ...lines, isCommonJs ? 'finishSync()' : 'await finish()', ''].join('\n')
}

function link(directory: string, name: string, target: string): void {
  mkdirSync(join(directory, 'node_modules'), { recursive: true })
  symlinkSync(target, join(directory, 'node_modules', name), 'junction')
}
