/**
 * Modules that a function loads when it runs.
 */
import { attempt } from '../code/captured-value.ts'
import { type FunctionFacts, type Sight, sightOf } from '../code/facts.ts'
import { digestOfModule } from '../code/loaded-file.ts'
import { packageFrom } from '../code/package.ts'
import { fileAt, namesFile } from '../code/specifier.ts'
import type { Reading } from '../native/binding.ts'
import { isRequire } from './common-js.ts'
import type { ValueDescription } from './value-description.ts'

/** What is said of those that the text names, and of what it is that they are now. */
export function describeLateModules(values: ValueDescription, facts: FunctionFacts, reading: Reading): void {
  const { file } = facts.home
  for (const specifier of reading.imports) describeModule(values, specifier, file)
  if (hasOwnRequire(facts)) return
  const require = sightOfRequire(facts)
  for (const specifier of reading.requires) describeModule(values, specifier, file, require?.value as NodeJS.Require)
}

function describeModule(
  values: ValueDescription,
  specifier: string,
  from: string | undefined,
  require?: NodeJS.Require,
): void {
  if (specifier.startsWith('node:')) return
  const { findings, isFinal } = values.context
  const file = namesFile(specifier) ? fileOf(specifier, from, require) : undefined
  const version = file === undefined ? packageOf(specifier, from) : digestOfModule(file)
  if (version === undefined && !isBuiltinName(specifier))
    findings.refuse(`the module ${specifier} cannot be found`, specifier)
  if (file !== undefined && isFinal) findings.members.push({ read: () => digestOfModule(file), value: version })
  values.say({ what: 'module', label: specifier, version })
}

function fileOf(specifier: string, from: string | undefined, require?: NodeJS.Require): string | undefined {
  const resolved = require && (attempt(() => require.resolve(specifier)) as string | undefined)
  return resolved ?? (from === undefined ? undefined : fileAt(from, specifier))
}

function packageOf(specifier: string, from: string | undefined): string | undefined {
  if (from === undefined || namesFile(specifier)) return undefined
  return packageFrom(/^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier, from)
}

function isBuiltinName(specifier: string): boolean {
  return /^[a-z_]+$/.test(specifier)
}

/** Whether what it calls `require` is a function of the user's own, which loads no modules. */
export function hasOwnRequire(facts: FunctionFacts): boolean {
  const require = sightOfRequire(facts)
  return require !== undefined && !isRequire(require.value)
}

/** The `require` that a function captured: it need not be that of the function's own module. */
function sightOfRequire({ reflection }: FunctionFacts): Sight | undefined {
  return reflection && sightOf(reflection, 'require')
}
