import { readFileSync } from 'node:fs'
/** What stands in the script of programs for functions and classes that are deferred. */
import { dirname, join, posix } from 'node:path'
import { resolving } from './resolving.mjs'

/**
 * In place of each stands a function that loads what is deferred, until that is loaded, and then it. Who was handed the
 * stand-in goes on with that. `names` are those that are used, by modules.
 */
export function passingOn(resolveDir, names) {
  const rows = Array.from(names, ([path, list]) => Array.from(list, (name) => ({ path, name }))).flat()
  const local = (path, name) => `deferred${rows.findIndex((row) => row.path === path && row.name === name)}`
  const text = (path, name) => `${JSON.stringify(path)}, ${JSON.stringify(name)}`
  const replacing = rows.map(({ path, name }) => `${local(path, name)} = part[${JSON.stringify(path)}].${name}`)
  const standIns = rows.map(
    ({ path, name }) =>
      `export let ${local(path, name)} = function (...args) { return passOn(${text(path, name)}, this, args, new.target) }`,
  )
  const contents = `let load
export const provide = (given) => { load = given }
export function replaced(part) {
  ${replacing.join('\n  ')}
  return part
}
function passOn(path, name, self, args, made) {
  const real = load()[path][name]
  return made === undefined ? Reflect.apply(real, self, args) : Reflect.construct(real, args)
}
${standIns.join('\n')}`
  const asNamed = (path) => [...names.get(path)].map((name) => `${local(path, name)} as ${name}`).join(', ')
  return {
    name: 'what is deferred',
    setup(builder) {
      const toStandIns = (path) => names.has(path) && { path, namespace: 'stand-ins' }
      resolving(resolveDir, /\.ts$/, toStandIns).setup(builder)
      builder.onResolve({ filter: /^deferred$/ }, () => ({ path: 'deferred', namespace: 'deferred' }))
      builder.onLoad({ filter: /./, namespace: 'deferred' }, () => ({ contents, resolveDir }))
      builder.onLoad({ filter: /./, namespace: 'stand-ins' }, ({ path }) => ({
        contents: `export { ${asNamed(path)} } from 'deferred'`,
        resolveDir,
      }))
    },
  }
}

/**
 * Refuses what a stand-in cannot stand for. It may be called, constructed, asked for its instances and handed on; it has no
 * static members, is no superclass, is not exported by the package, and what it stands for is a function or a class.
 *
 * @param modules - Those of the script of programs.
 * @param names - Those that are deferred, by modules.
 */
export async function refuseOdd(folder, modules, names) {
  const { default: typescript } = await import('typescript')
  const parsed = (path) =>
    typescript.createSourceFile(path, readFileSync(join(folder, path), 'utf8'), typescript.ScriptTarget.Latest, true)
  for (const [path, list] of names) {
    const callables = callablesIn(typescript, parsed(path))
    const odd = [...list].find((name) => !callables.has(name))
    if (odd !== undefined) throw new Error(`${path} is deferred: ${odd} must be declared as a function or a class.`)
  }
  for (const path of modules) if (path.endsWith('.ts')) refuseOddUses(typescript, parsed(path), names)
}

function callablesIn(typescript, { statements }) {
  const isCallable = (one) => typescript.isFunctionDeclaration(one) || typescript.isClassDeclaration(one)
  return new Set(statements.filter(isCallable).flatMap(({ name }) => name?.text ?? []))
}

function refuseOddUses(typescript, file, names) {
  const deferred = file.statements.filter(({ moduleSpecifier }) => {
    const specifier = moduleSpecifier?.text ?? ''
    return specifier.startsWith('.') && names.has(posix.join(dirname(file.fileName), specifier))
  })
  const exported = deferred.find((one) => typescript.isExportDeclaration(one) && !one.isTypeOnly)
  if (exported !== undefined)
    throw new Error(`${file.fileName} exports what is deferred: ${exported.moduleSpecifier.text}.`)
  const imports = deferred.flatMap(({ importClause }) =>
    importClause?.isTypeOnly === false ? (importClause.namedBindings?.elements ?? []) : [],
  )
  const locals = new Set(imports.filter(({ isTypeOnly }) => !isTypeOnly).map(({ name }) => name.text))
  const visit = (node) => {
    if (typescript.isIdentifier(node) && locals.has(node.text) && isOdd(typescript, node))
      throw new Error(`${file.fileName}: ${node.text} is deferred, and may only be called, constructed or handed on.`)
    typescript.forEachChild(node, visit)
  }
  if (locals.size > 0) visit(file)
}

function isOdd(typescript, node) {
  const { parent } = node
  if (typescript.isExportSpecifier(parent)) return true
  if (typescript.isPropertyAccessExpression(parent)) return parent.expression === node
  return (
    typescript.isExpressionWithTypeArguments(parent) && parent.parent.token === typescript.SyntaxKind.ExtendsKeyword
  )
}
