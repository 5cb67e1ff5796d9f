import { knownFile } from './module-file.ts'
import { fileAt, namesFile } from './specifier.ts'

/** The modules from which these import by a path, and from which those do, themselves included: absolute paths of files. */
export function withImported(files: Iterable<string>): Set<string> {
  const found = new Set(files)
  // What is added while it goes on comes too.
  for (const file of found)
    for (const { specifier } of knownFile(file)?.names?.imports.values() ?? []) {
      const imported = namesFile(specifier) ? fileAt(file, specifier) : undefined
      if (imported !== undefined) found.add(imported)
    }
  return found
}
