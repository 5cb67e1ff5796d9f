import { builtin } from '../platform/builtin.ts'

const { resolve } = builtin('node:path')

/** Where tasks keep their results that have no memory: an absolute path. */
export function localCacheLocation(): string {
  const given = process.env['ENGRAM_LOCAL_CACHE']
  return given ? resolve(given) : resolve(builtin('node:os').homedir(), '.engram', 'local-cache')
}
