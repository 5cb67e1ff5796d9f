/** What stands for families in the script of programs, and loads the scripts. */
import { join } from 'node:path'
import { root } from '../environment.mjs'
import { resolving } from './resolving.mjs'
import { importing, tableOf } from './writing.mjs'

/** In place of each family stands what loads it. `loader` is the text of the module that does. */
export function standingIn(resolveDir, families, names, loader) {
  const familiesByFile = new Map(Object.entries(families).map(([name, file]) => [file, name]))
  const toFamily = (file) => familiesByFile.has(file) && { path: familiesByFile.get(file), namespace: 'family' }
  return {
    name: 'families that are loaded late',
    setup(builder) {
      resolving(resolveDir, /\/index\.ts$/, toFamily).setup(builder)
      builder.onResolve({ filter: /^scripts$/ }, () => ({ path: 'scripts', namespace: 'scripts' }))
      builder.onResolve({ filter: /\.cjs$/, namespace: 'scripts' }, ({ path }) => ({ path, external: true }))
      builder.onLoad({ filter: /./, namespace: 'family' }, ({ path }) => ({
        contents: standIns(path, names.get(path)),
        resolveDir,
      }))
      builder.onLoad({ filter: /./, namespace: 'scripts' }, () => ({ contents: loader, resolveDir }))
    },
  }
}

const fileIn = (path) => JSON.stringify(join(root, path))

/** A function that captures one of them is told by what it does with it: what engram's own do is in no key. */
function standIns(family, names) {
  return `import { late } from ${fileIn('src/platform/late.ts')}
import { noteFamiliar } from ${fileIn('src/function/wrapped.ts')}
import { ${family} as load } from 'scripts'
${names.map((name) => `const its_${name} = late(load, '${name}')`).join('\n')}
export { ${names.map((name) => `its_${name} as ${name}`).join(', ')} }
for (const one of [${names.map((name) => `its_${name}`).join(', ')}]) noteFamiliar(one)`
}

/**
 * The text of a module that loads the scripts that were `made`. All get what they need of modules of the script of programs
 * (`needs`), families also what is deferred, and what several of them have in common. Bundlers and tracers find the scripts, as
 * their names are constants.
 */
export function loading(families, needs, { made, common, deferred }) {
  const part = (name) => `${name}Part`
  const required = (name, given) =>
    `scriptOfBuild(() => require('./${name}.cjs'), '${name}.cjs', '${made.get(name).stamp}', packageChanged)(${given})`
  const loadingPart = (name, given) => `let ${part(name)}
export const ${name} = () => ${part(name)} ??= ${required(name, given)}`
  const deferring = () => `import { provide, replaced } from 'deferred'
let ${part(deferred)}
const ${deferred} = () => ${part(deferred)} ??= replaced(${required(deferred, 'own()')})
provide(${deferred})`
  return `${importing(needs)}
import { scriptOfBuild } from ${fileIn('src/platform/late.ts')}
import { packageChanged } from ${fileIn('src/report/trouble.ts')}
${made.has(deferred) ? deferring() : ''}
const own = () => (${tableOf(needs)})
let shared
function sharing() {
  if (shared === undefined) {
    shared = own()
    ${made.has(deferred) ? `Object.assign(shared, ${deferred}())` : ''}
    ${made.has(common) ? `Object.assign(shared, ${required(common, 'shared')})` : ''}
  }
  return shared
}
${families.map((name) => loadingPart(name, 'sharing()')).join('\n')}`
}
