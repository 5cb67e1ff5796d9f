/**
 * Finds and opens the core: the only file that imports it. Programs do so before they have the rest of the package, as it
 * brings that from its bytecode.
 */
import { createRequire } from 'node:module'
import { builtin } from '../platform/builtin.ts'
import { isCutShort, isMusl } from '../platform/elf.ts'
import { SCOPE, platformFiles, platforms } from '../platform/files.ts'
import { EngramError } from '../words/error.ts'
import { VERSION } from '../words/version.ts'

export type * from '#binding'
export type Addon = typeof import('#binding')

/**
 * The core from where it mostly lies, if it is there, whole and of this version: to have Node resolve it and its loader takes
 * three milliseconds.
 */
export function openAddon(): Addon | undefined {
  for (const file of addonFiles()) {
    const addon = { exports: {} as Addon }
    try {
      if (isCutShort(file)) continue
      process.dlopen(addon, file)
      if (addon.exports.VERSION === VERSION) return addon.exports
    } catch {
      // The loader of #binding looks elsewhere, or says what is wrong.
    }
  }
  return undefined
}

/** Those that are there. Of both for Linux, that for the other libc may even open, and then fails at any moment. */
function addonFiles(): string[] {
  const found = platformFiles('node').filter((file) => builtin('node:fs').existsSync(file))
  const ofMusl = found.filter((file) => file.endsWith('-musl.node'))
  if (ofMusl.length === 0) return found
  return isMusl() ? ofMusl : found.filter((file) => !ofMusl.includes(file))
}

/**
 * The core. Who runs the package from its bytecode has opened it for that, and gives it as a property of `module`.
 *
 * @throws EngramError ERR_NO_CORE, and what the loader of #binding says.
 */
export function loadAddon(): Addon {
  const given = typeof module === 'object' ? (module as { addon?: Addon }).addon : undefined
  const addon = given ?? openAddon()
  if (addon !== undefined) return addon
  // In a bundle of CommonJS there is `require`; who bundles it, or traces its files, looks for a name in it.
  const url = import.meta.url as string | undefined
  return ofThisVersion((url === undefined ? require('#binding') : createRequire(url)('#binding')) as Addon)
}

function ofThisVersion(loaded: Addon): Addon {
  if (loaded.VERSION === VERSION) return loaded
  const core = `${SCOPE}/${platforms[isMusl() ? 1 : 0]}`
  const remedy = `install ${core} in version ${VERSION} too, as npm does with optional dependencies`
  throw new EngramError('ERR_NO_CORE', `engram ${VERSION} found a core of version ${loaded.VERSION}: ${remedy}.`)
}
