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
  const sources = Object.entries(families)
  const ofFamilies = Object.values(families)
  const main = await modulesOf(build, options, entry, ofFamilies)
  const soon = await modulesOf(build, options, entry, [...ofFamilies, ...deferred])
  const look = (contents, outside) => lookAt(build, options, contents, outside)
  const lookAtFamilies = (outside) =>
    Promise.all(sources.map(([, source]) => look(`export * from ${pathIn(source)}`, outside)))
  const common = inSeveral((await lookAtFamilies(main)).map(({ modules }) => modules))
  const looks = await lookAtFamilies(new Set([...main, ...common]))

  const [needs, needsOfCommon, needsOfDeferred] = [new Map(), new Map(), new Map()]
  const ownerOf = (path) => (common.has(path) ? needsOfCommon : soon.has(path) ? needs : needsOfDeferred)
  for (const one of looks) addNeeds(one.needs, ownerOf)
  const [scripts, stamps] = [new Map(), new Map()]
  const write = async (name, contents, given) => {
    const { text, stamp } = await scriptOf(build, options, contents, given)
    scripts.set(name, text)
    stamps.set(name, stamp)
  }
  for (const [index, [name, source]] of sources.entries()) {
    const list = `{ ${looks[index].names.join(', ')} }`
    await write(name, `import ${list} from ${pathIn(source)}\npart = ${list}`, looks[index].needs)
  }
  const writeTable = async (name, wanted, outside) => {
    if (wanted.size === 0) return undefined
    const contents = `${importing(wanted)}\npart = ${tableOf(wanted)}`
    const found = await look(contents, outside)
    addNeeds(found.needs, ownerOf)
    await write(name, contents, found.needs)
    looks.push(found)
    return name
  }
  const commonScript = await writeTable(COMMON, needsOfCommon, main)
  const passedOn = await deferredNames(look, entry, { ofFamilies, main, soon })
  await refuseOdd(options.absWorkingDir, soon, passedOn)
  addNeeds(passedOn, ownerOf)
  const elsewhere = new Set([...soon].filter((path) => !constants.includes(path)))
  const deferredScript = await writeTable(DEFERRED, needsOfDeferred, elsewhere)

  const names = new Map(sources.map(([name], index) => [name, looks[index].names]))
  const loader = loading([...names.keys()], needs, { deferred: deferredScript, common: commonScript, stamps })
  const { absWorkingDir } = options
  return {
    scripts,
    names,
    inputs: looks.flatMap(({ modules }) => modules),
    plugins: [passingOn(absWorkingDir, passedOn), standingIn(absWorkingDir, families, names, loader)],
  }
}

/** What the modules of `soon` use of others of `main`, by the modules that it is in. */
async function deferredNames(look, entry, { ofFamilies, main, soon }) {
  const outside = new Set([...ofFamilies, ...[...main].filter((path) => !soon.has(path))])
  const { needs } = await look(`export * from ${pathIn(entry)}`, outside)
  return new Map([...needs].filter(([path]) => main.has(path)))
}

function inSeveral(lists) {
  const all = lists.flat()
  return new Set(all.filter((path, index) => all.indexOf(path) !== index))
}
