/** What scripts need of modules that are elsewhere: names, by the modules' paths. */
import { resolving } from './resolving.mjs'

/** Before the path of a module that is elsewhere. */
const ELSEWHERE = 'elsewhere:'

/** The modules that `entry` brings, without those of `leftOut`. */
export async function modulesOf(build, options, entry, leftOut) {
  const leaving = leavingOut(options, (path) => leftOut.includes(path))
  const { metafile } = await build({ ...options, ...leaving, entryPoints: [entry] })
  return new Set(Object.keys(metafile.inputs))
}

/** What a script brings and exports, and what it needs of modules that are `outside`. */
export async function lookAt(build, options, contents, outside) {
  const stdin = { contents, resolveDir: options.absWorkingDir }
  const leaving = leavingOut(options, (path) => outside.has(path))
  const { metafile, outputFiles } = await build({ ...options, ...leaving, stdin })
  const [{ exports: names, imports }] = Object.values(metafile.outputs)
  const odd = imports.find(({ path, kind }) => path.startsWith(ELSEWHERE) && kind !== 'import-statement')
  if (odd !== undefined) throw new Error(`A script loads ${odd.path} while it runs: import it, as it is there anyway.`)
  const modules = Object.keys(metafile.inputs).filter((path) => path !== '<stdin>')
  return { modules, names, needs: await needsOf(outputFiles[0].text) }
}

export function addNeeds(more, needsFor) {
  for (const [path, names] of more) {
    const needs = needsFor(path)
    needs.set(path, new Set([...(needs.get(path) ?? []), ...names]))
  }
}

/** What is left of the imports of some modules tells which of their names are used. */
function leavingOut({ absWorkingDir, plugins }, isLeftOut) {
  const toElsewhere = (path) => isLeftOut(path) && { path: ELSEWHERE + path, external: true }
  const leaving = resolving(absWorkingDir, /./, toElsewhere)
  return { format: 'esm', plugins: [leaving, ...plugins], metafile: true, write: false }
}

/** The names that a text imports, by the modules that it has from elsewhere. */
async function needsOf(text) {
  const { default: typescript } = await import('typescript')
  const { statements } = typescript.createSourceFile('script.js', text, typescript.ScriptTarget.Latest)
  const needs = new Map()
  for (const statement of statements) {
    const { moduleSpecifier, importClause, exportClause } = statement
    if (moduleSpecifier?.text.startsWith(ELSEWHERE) !== true) continue
    const path = moduleSpecifier.text.slice(ELSEWHERE.length)
    // What is imported for its types alone leaves this: no name of a module that is there anyway, and may not be there twice.
    if (typescript.isImportDeclaration(statement) && importClause === undefined) {
      addNeeds([[path, []]], () => needs)
      continue
    }
    const list = importClause === undefined ? exportClause : importClause.namedBindings
    if (list === undefined ? importClause?.name === undefined : list.elements === undefined)
      throw new Error(`A script takes all of ${path}: name what it needs.`)
    const names = (list?.elements ?? []).map(({ propertyName, name }) => (propertyName ?? name).text)
    if (importClause?.name !== undefined) names.push('default')
    addNeeds([[path, names]], () => needs)
  }
  return needs
}
