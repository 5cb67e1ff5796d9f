import ts from 'typescript'

/** A piece of a text and what takes its place. */
interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** One import of a program: the names that it binds, by those that the module exports; `*` for all of it. */
export interface Import {
  /** As it is written. */
  readonly text: string
  readonly specifier: string
  readonly names: readonly { local: string; exported: string }[]
}

/** A program without its imports and exports, for where these cannot stand. */
export interface Statements {
  readonly text: string
  readonly imports: readonly Import[]
}

/** Takes a module apart. With a suffix, the names of its top level get it, so that many programs share one scope. */
export function statementsOf(module: string, suffix = ''): Statements {
  const source = ts.createSourceFile('main.ts', module, ts.ScriptTarget.Latest, true)
  const imports: Import[] = []
  const edits: Edit[] = []
  const names = new Set<string>()
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      const one = importOf(statement)
      imports.push({ ...one, names: one.names.map(({ local, exported }) => ({ local: local + suffix, exported })) })
      for (const { local } of one.names) names.add(local)
      edits.push({ from: statement.getStart(), to: statement.end, text: '' })
    } else if (ts.isExportDeclaration(statement)) {
      edits.push({ from: statement.getStart(), to: statement.end, text: '' })
    } else {
      const exported = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined
      for (const { kind, end } of exported ?? []) {
        if (kind === ts.SyntaxKind.ExportKeyword) edits.push({ from: statement.getStart(), to: end, text: '' })
      }
      for (const name of declaredBy(statement)) names.add(name)
    }
  }
  if (suffix !== '') for (const statement of source.statements) edits.push(...renamings(statement, names, suffix))
  return { text: edited(module, edits), imports }
}

function importOf(statement: ts.ImportDeclaration): Import {
  const { importClause, moduleSpecifier } = statement
  const names: { local: string; exported: string }[] = []
  if (importClause?.name !== undefined) names.push({ local: importClause.name.text, exported: 'default' })
  const bindings = importClause?.namedBindings
  if (bindings !== undefined && ts.isNamespaceImport(bindings)) names.push({ local: bindings.name.text, exported: '*' })
  else {
    for (const { name, propertyName } of bindings?.elements ?? []) {
      names.push({ local: name.text, exported: (propertyName ?? name).text })
    }
  }
  return { text: statement.getText(), specifier: (moduleSpecifier as ts.StringLiteral).text, names }
}

function declaredBy(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => bound(name))
  const isNamed = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)
  return isNamed && statement.name !== undefined ? [statement.name.text] : []
}

function bound(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text]
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : bound(element.name)))
}

function renamings(statement: ts.Statement, names: ReadonlySet<string>, suffix: string): Edit[] {
  if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) return []
  const edits: Edit[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && names.has(node.text) && !isMemberName(node)) {
      const text = isShorthand(node) ? `${node.text}: ${node.text}${suffix}` : node.text + suffix
      edits.push({ from: node.getStart(), to: node.end, text })
    }
    ts.forEachChild(node, visit)
  }
  visit(statement)
  return edits
}

function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isBindingElement(parent)) return parent.propertyName === node
  const isNamed =
    ts.isPropertyAccessExpression(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isClassElement(parent) ||
    ts.isMethodDeclaration(parent)
  return isNamed && parent.name === node
}

function isShorthand(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isShorthandPropertyAssignment(parent)) return true
  return (
    ts.isBindingElement(parent) &&
    ts.isObjectBindingPattern(parent.parent) &&
    parent.name === node &&
    parent.propertyName === undefined &&
    parent.dotDotDotToken === undefined
  )
}

function edited(text: string, edits: readonly Edit[]): string {
  let result = text
  const lastFirst = [...edits].sort((one, other) => other.from - one.from)
  for (const { from, to, text: replacement } of lastFirst)
    result = result.slice(0, from) + replacement + result.slice(to)
  return result
}
