import type { FreeVariable } from '../native/binding.ts'

/**
 * A label that begins with a variable's alias, as people know it: with the name that the program has for the variable. Of a
 * module that a compiler loads by a name of its own, members are shown as the import had them: `module_0.helper` as `helper`.
 */
export function shownAs(label: string, { alias, name }: FreeVariable, isModule = false): string {
  if (label !== alias && !label.startsWith(`${alias}.`)) return label
  const rest = label.slice(alias.length)
  if (!isModule || rest === '') return name + rest
  const [, member = '', below = ''] = /^\.([^.]*)(.*)$/s.exec(rest) ?? []
  return (member === 'default' ? importedAs(name) : member) + below
}

/** What a program calls a module is known of compilers that name it after its file. */
function importedAs(name: string): string {
  if (name.startsWith('__vi')) return 'default'
  return name
    .replace(/^import_(?=.)/, '')
    .replace(/^_(?=.)/, '')
    .replace(/(?<=.)_\d+$/, '')
}
