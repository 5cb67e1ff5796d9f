/**
 * Families are parts of the package that a program loads when it first uses one of their names. Each is a script of its own
 * beside engram.cjs. It has no module in it that is in engram.cjs, or in another family: these have state, and classes that
 * must be there once. So it is a function, which gets what it needs of them.
 */
import { join, relative } from 'node:path'
import { root } from './environment.mjs'

/** By their names, `engram/<name>`. */
export const families = { pipeline: 'src/pipeline/index.ts', task: 'src/task/index.ts', work: 'src/work/index.ts' }

/** The script of what several families have in common, if they do. */
const COMMON = 'families'
/** Before the path of a module that a script gets. */
const SHARED = 'shared:'

/**
 * Divides a package into scripts: `entry`, and `parts` of which it exports names, their files by their names. `options` are
 * those of esbuild for all of it. Returns the texts of the parts' scripts, what each part exports, the files in them, and a
 * plugin for who bundles `entry`: there, what loads a part stands in its place.
 */
export async function divided({ build, options, entry, parts }) {
  const sources = Object.entries(parts)
  const main = await modulesOf(build, options, entry, Object.values(parts))
  const look = (contents, outside) => lookAt(build, options, contents, outside)
  const lookAtParts = (outside) =>
    Promise.all(sources.map(([, source]) => look(`export * from ${pathIn(source)}`, outside)))
  const common = inSeveral((await lookAtParts(main)).map(({ modules }) => modules))
  const looks = await lookAtParts(new Set([...main, ...common]))

  const [needs, needsOfCommon] = [new Map(), new Map()]
  for (const one of looks) addNeeds(one.needs, (path) => (common.has(path) ? needsOfCommon : needs))
  const scripts = new Map()
  const write = async (name, contents, given) => scripts.set(name, await scriptOf(build, options, contents, given))
  for (const [index, [name, source]] of sources.entries()) {
    const list = `{ ${looks[index].names.join(', ')} }`
    await write(name, `import ${list} from ${pathIn(source)}\npart = ${list}`, looks[index].needs)
  }
  if (common.size > 0) {
    const contents = `${importing(needsOfCommon)}\npart = ${tableOf(needsOfCommon)}`
    const ofCommon = await look(contents, main)
    addNeeds(ofCommon.needs, () => needs)
    await write(COMMON, contents, ofCommon.needs)
    looks.push(ofCommon)
  }

  const names = new Map(sources.map(([name], index) => [name, looks[index].names]))
  return {
    scripts,
    names,
    inputs: looks.flatMap(({ modules }) => modules),
    plugin: standingIn(options.absWorkingDir, parts, names, loading(names, needs, common.size > 0)),
  }
}

// ------------------------------------------------------------------------------------------------------------ looking

/** The modules that `entry` brings, without the parts. */
async function modulesOf(build, options, entry, sources) {
  const isPart = (path) => sources.includes(path)
  const entryPoints = [entry]
  const { metafile } = await build({ ...options, ...leavingOut(options, /\/index\.ts$/, isPart), entryPoints })
  return new Set(Object.keys(metafile.inputs))
}

/** What a script brings and exports, and what it needs of modules that are `outside`. */
async function lookAt(build, options, contents, outside) {
  const stdin = { contents, resolveDir: options.absWorkingDir }
  const leaving = leavingOut(options, /./, (path) => outside.has(path))
  const { metafile, outputFiles } = await build({ ...options, ...leaving, stdin })
  const [{ exports: names, imports }] = Object.values(metafile.outputs)
  const odd = imports.find(({ path, kind }) => path.startsWith(SHARED) && kind !== 'import-statement')
  if (odd !== undefined) throw new Error(`A family loads ${odd.path} while it runs: import it, as it is there anyway.`)
  const modules = Object.keys(metafile.inputs).filter((path) => path !== '<stdin>')
  return { modules, names, needs: await needsOf(outputFiles[0].text) }
}

/** What is left of the imports of some modules tells which of their names are used. */
function leavingOut({ absWorkingDir, plugins }, filter, isLeftOut) {
  const leaving = resolving(absWorkingDir, filter, (path) => isLeftOut(path) && { path: SHARED + path, external: true })
  return { format: 'esm', plugins: [leaving, ...plugins], metafile: true, write: false }
}

/** The names that a text imports, by the modules that it has from elsewhere. */
async function needsOf(text) {
  const { default: typescript } = await import('typescript')
  const { statements } = typescript.createSourceFile('script.js', text, typescript.ScriptTarget.Latest)
  const needs = new Map()
  for (const statement of statements) {
    const { moduleSpecifier, importClause, exportClause } = statement
    if (moduleSpecifier?.text.startsWith(SHARED) !== true) continue
    const path = moduleSpecifier.text.slice(SHARED.length)
    // What is imported for its types alone leaves this: no name of a module that is there anyway, and may not be there twice.
    if (typescript.isImportDeclaration(statement) && importClause === undefined) {
      addNeeds([[path, []]], () => needs)
      continue
    }
    const list = importClause === undefined ? exportClause : importClause.namedBindings
    if (list === undefined ? importClause?.name === undefined : list.elements === undefined)
      throw new Error(`A family takes all of ${path}: name what it needs.`)
    const names = (list?.elements ?? []).map(({ propertyName, name }) => (propertyName ?? name).text)
    if (importClause?.name !== undefined) names.push('default')
    addNeeds([[path, names]], () => needs)
  }
  return needs
}

function addNeeds(more, needsFor) {
  for (const [path, names] of more) {
    const needs = needsFor(path)
    needs.set(path, new Set([...(needs.get(path) ?? []), ...names]))
  }
}

function inSeveral(lists) {
  const all = lists.flat()
  return new Set(all.filter((path, index) => all.indexOf(path) !== index))
}

// ------------------------------------------------------------------------------------------------------------ writing

/** A script that is a function: it gets what it needs of other modules, by their paths, and returns its `part`. */
async function scriptOf(build, options, contents, needs) {
  const { absWorkingDir, plugins } = options
  const toGiven = resolving(absWorkingDir, /./, (path) => needs.has(path) && { path, namespace: 'given' })
  const given = {
    name: 'given modules',
    setup(builder) {
      builder.onLoad({ filter: /./, namespace: 'given' }, ({ path }) => ({
        contents: givenModule(path, needs.get(path)),
      }))
    },
  }
  const { outputFiles } = await build({
    ...options,
    stdin: { contents, resolveDir: absWorkingDir },
    format: 'cjs',
    plugins: [toGiven, given, ...plugins],
    banner: { js: 'module.exports=(shared)=>{"use strict";let part;' },
    footer: { js: 'return part}' },
    write: false,
  })
  return outputFiles[0].text
}

function givenModule(path, names) {
  const lines = [...names].map((name) => {
    const value = `shared[${JSON.stringify(path)}].${name}`
    return name === 'default' ? `export default ${value}` : `export const ${name} = ${value}`
  })
  return lines.join('\n')
}

/** In place of each part stands what loads it. */
function standingIn(resolveDir, parts, names, loader) {
  const partsByFile = new Map(Object.entries(parts).map(([name, file]) => [file, name]))
  const toPart = (file) => partsByFile.has(file) && { path: partsByFile.get(file), namespace: 'part' }
  return {
    name: 'parts that are loaded late',
    setup(builder) {
      resolving(resolveDir, /\/index\.ts$/, toPart).setup(builder)
      builder.onResolve({ filter: /^parts$/, namespace: 'part' }, () => ({ path: 'parts', namespace: 'parts' }))
      builder.onResolve({ filter: /\.cjs$/, namespace: 'parts' }, ({ path }) => ({ path, external: true }))
      builder.onLoad({ filter: /./, namespace: 'part' }, ({ path }) => ({
        contents: standIns(path, names.get(path)),
        resolveDir,
      }))
      builder.onLoad({ filter: /./, namespace: 'parts' }, () => ({ contents: loader, resolveDir }))
    },
  }
}

/** A function that captures one of them is told by what it does with it: what engram's own do is in no key. */
function standIns(part, names) {
  return `import { late } from ${JSON.stringify(join(root, 'src/platform/late.ts'))}
import { noteFamiliar } from ${JSON.stringify(join(root, 'src/function/wrapped.ts'))}
import { ${part} as load } from 'parts'
${names.map((name) => `const its_${name} = late(load, '${name}')`).join('\n')}
export { ${names.map((name) => `its_${name} as ${name}`).join(', ')} }
for (const one of [${names.map((name) => `its_${name}`).join(', ')}]) noteFamiliar(one)`
}

/** Bundlers and tracers find the scripts, as their names are constants. */
function loading(names, needs, hasCommon) {
  const loaders = Array.from(names.keys(), (name) => {
    const [loaded, script] = [`${name}Part`, `require('./${name}.cjs')`]
    return `let ${loaded}\nexport const ${name} = () => ${loaded} ??= ${script}(sharing())`
  })
  return `${importing(needs)}
let shared
function sharing() {
  if (shared === undefined) {
    shared = ${tableOf(needs)}
    ${hasCommon ? `Object.assign(shared, require('./${COMMON}.cjs')(shared))` : ''}
  }
  return shared
}
${loaders.join('\n')}`
}

/** Statements that import what is needed. */
function importing(needs) {
  const lines = Array.from(needs, ([path, names], index) => {
    const list = Array.from(names, (name, place) => `${name} as ${local(index, place)}`)
    return `import { ${list.join(', ')} } from ${pathIn(path)}`
  })
  return lines.join('\n')
}

/** What these statements import, by path and name. */
function tableOf(needs) {
  const rows = Array.from(needs, ([path, names], index) => {
    const list = Array.from(names, (name, place) => `${name}: ${local(index, place)}`)
    return `${JSON.stringify(path)}: { ${list.join(', ')} }`
  })
  return `{ ${rows.join(', ')} }`
}

const local = (index, place) => `shared${index}_${place}`

const pathIn = (file) => JSON.stringify(`./${file}`)

// ---------------------------------------------------------------------------------------------------------- resolving

/** A plugin that takes something else for some files of a folder, as `replaced` says. */
function resolving(folder, filter, replaced) {
  const isAsked = {}
  return {
    name: 'resolving',
    setup(builder) {
      builder.onResolve({ filter }, async ({ path, pluginData, ...from }) => {
        if (pluginData === isAsked || from.kind === 'entry-point') return undefined
        const found = await builder.resolve(path, { ...from, pluginData: isAsked })
        if (found.external || found.namespace !== 'file') return undefined
        return replaced(relative(folder, found.path).replaceAll('\\', '/')) || undefined
      })
    },
  }
}
