/**
 * The package is several scripts: that of programs, engram.cjs, and beside it those that it loads when they are needed. None has
 * a module in it that is in another one: modules have state, and classes that must be there once. So each of the others is a
 * function, which gets what it needs of modules that are elsewhere.
 */
import { passingOn, refuseOdd } from './division/deferral.mjs'
import { loading, standingIn } from './division/families.mjs'
import { addNeeds, lookAt, modulesOf } from './division/needs.mjs'
import { importing, pathIn, scriptOf, tableOf } from './division/writing.mjs'

/** The script of what several families have in common, if they do. */
const COMMON = 'families'
/** The script of what is deferred. */
const DEFERRED = 'deferred'

/**
 * Divides a package into scripts.
 *
 * @param options - Those of esbuild for all of it.
 * @param entry - The module that exports all.
 * @param families - Files by their names; `entry` exports what they do, and each is loaded when one of its names is used.
 * @param deferred - Modules that `entry` needs later than others. The script of all of them is loaded when one is called.
 * @param constants - Modules without state, of which each script may have its own.
 * @returns The texts of the scripts, what each family exports, the files in them, and plugins for who bundles `entry`: there,
 *   what loads a script stands in its place.
 */
export async function divided({ build, options, entry, families, deferred = [], constants = [] }) {
  const { absWorkingDir } = options
  const sources = Object.values(families)
  const look = (contents, outside) => lookAt(build, options, contents, outside)
  const main = await modulesOf(build, options, entry, sources)
  const soon = await modulesOf(build, options, entry, [...sources, ...deferred])
  const common = await inSeveral(look, sources, main)
  const unknown = [...deferred, ...constants].find((path) => !main.has(path))
  if (unknown !== undefined) throw new Error(`${unknown} is no module of the package's main script.`)

  // What others need of the modules of a script.
  const needs = { ofMain: new Map(), ofCommon: new Map(), ofDeferred: new Map() }
  const needsOf = (path) => (common.has(path) ? needs.ofCommon : soon.has(path) ? needs.ofMain : needs.ofDeferred)
  const made = new Map()
  const make = async (name, contents, outside) => {
    const found = await look(contents, outside)
    addNeeds(found.needs, needsOf)
    made.set(name, { modules: found.modules, ...(await scriptOf(build, options, contents, found.needs)) })
  }
  const names = new Map()
  const outsideOfFamilies = new Set([...main, ...common])
  for (const [name, source] of Object.entries(families)) {
    names.set(name, (await look(`export * from ${pathIn(source)}`, outsideOfFamilies)).names)
    const list = `{ ${names.get(name).join(', ')} }`
    await make(name, `import ${list} from ${pathIn(source)}\npart = ${list}`, outsideOfFamilies)
  }
  if (needs.ofCommon.size > 0) await make(COMMON, partOf(needs.ofCommon), main)
  const passedOn = await deferredNames(look, entry, { sources, main, soon })
  await refuseOdd(absWorkingDir, soon, passedOn)
  addNeeds(passedOn, needsOf)
  const outsideOfDeferred = new Set([...soon].filter((path) => !constants.includes(path)))
  if (needs.ofDeferred.size > 0) await make(DEFERRED, partOf(needs.ofDeferred), outsideOfDeferred)

  const loader = loading([...names.keys()], needs.ofMain, { made, common: COMMON, deferred: DEFERRED })
  return {
    scripts: new Map(Array.from(made, ([name, { text }]) => [name, text])),
    names,
    inputs: Array.from(made.values(), ({ modules }) => modules).flat(),
    plugins: [passingOn(absWorkingDir, passedOn), standingIn(absWorkingDir, families, names, loader)],
  }
}

/** What makes a script's part a table of names, by the modules that they are in. */
const partOf = (wanted) => `${importing(wanted)}\npart = ${tableOf(wanted)}`

/** The modules that several families bring, and the package without them does not. */
async function inSeveral(look, sources, main) {
  const looks = await Promise.all(sources.map((source) => look(`export * from ${pathIn(source)}`, main)))
  const all = looks.flatMap(({ modules }) => modules)
  return new Set(all.filter((path, index) => all.indexOf(path) !== index))
}

/** What the modules of `soon` use of others of `main`, by the modules that it is in. */
async function deferredNames(look, entry, { sources, main, soon }) {
  const outside = new Set([...sources, ...[...main].filter((path) => !soon.has(path))])
  const { needs } = await look(`export * from ${pathIn(entry)}`, outside)
  return new Map([...needs].filter(([path]) => main.has(path)))
}
