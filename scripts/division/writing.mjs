/** The texts of scripts. */
import { createHash } from 'node:crypto'
import { resolving } from './resolving.mjs'

/**
 * A script that is a function: it gets what it needs of other modules, by their paths, and returns its `part`. It bears a stamp,
 * as it may be loaded when the package has been installed anew.
 *
 * @returns The text, and that stamp.
 */
export async function scriptOf(build, options, contents, needs) {
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
    // In parentheses V8 compiles a function at once. Else it reads all of it twice where there is no bytecode: five milliseconds.
    banner: { js: 'module.exports=(function(shared){"use strict";let part;' },
    footer: { js: 'return part})' },
    write: false,
  })
  const [{ text }] = outputFiles
  const stamp = createHash('sha256').update(text).digest('hex').slice(0, 16)
  return { text: `${text}module.exports.stamp="${stamp}"\n`, stamp }
}

function givenModule(path, names) {
  const lines = [...names].map((name) => {
    const value = `shared[${JSON.stringify(path)}].${name}`
    return name === 'default' ? `export default ${value}` : `export const ${name} = ${value}`
  })
  return lines.join('\n')
}

/** Statements that import what is needed. */
export function importing(needs) {
  const lines = Array.from(needs, ([path, names], index) => {
    const list = Array.from(names, (name, place) => `${name} as ${local(index, place)}`)
    return `import { ${list.join(', ')} } from ${pathIn(path)}`
  })
  return lines.join('\n')
}

/** What these statements import, by path and name. */
export function tableOf(needs) {
  const rows = Array.from(needs, ([path, names], index) => {
    const list = Array.from(names, (name, place) => `${name}: ${local(index, place)}`)
    return `${JSON.stringify(path)}: { ${list.join(', ')} }`
  })
  return `{ ${rows.join(', ')} }`
}

const local = (index, place) => `shared${index}_${place}`

export const pathIn = (file) => JSON.stringify(`./${file}`)
