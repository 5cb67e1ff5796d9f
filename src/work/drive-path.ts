import { builtin } from '../platform/builtin.ts'
import { workError } from './error.ts'

const { posix, sep, isAbsolute } = builtin('node:path')

/** The longest path, in bytes. */
const LONGEST = 1000

/**
 * A path as drives name it: relative, with '/' between its parts; '' is the whole drive.
 *
 * @throws EngramError ERR_WORK for a path that leaves the drive, or is none.
 */
export function drivePath(path: string): string {
  if (typeof path !== 'string' || path.includes('\0')) throw workError('A path in a drive must be a string.')
  const name = posix.normalize(sep === '/' ? path : path.replaceAll(sep, '/')).replace(/\/$/, '')
  const leaves = name === '..' || name.startsWith('../')
  if (leaves || isAbsolute(path) || posix.isAbsolute(name) || /^[a-z]:/i.test(sep === '/' ? '' : name))
    throw workError(
      `'${path}' is outside of the drive. Give a path below the working directory, as 'checkpoints/a.txt'.`,
    )
  if (Buffer.byteLength(name) > LONGEST) throw workError(`A path in a drive has ${LONGEST} bytes at most.`)
  return name === '.' ? '' : name
}

/** Whether a path is that of a file or of a folder that it is in. */
export function isWithin(file: string, path: string): boolean {
  return path === '' || file === path || file.startsWith(`${path}/`)
}

/** A file of one of these sets that would be a folder of the other; undefined where there is none. */
export function clashOf(some: ReadonlySet<string>, others: ReadonlySet<string>): string | undefined {
  return folderAmong(some, others) ?? folderAmong(others, some)
}

function folderAmong(files: ReadonlySet<string>, paths: ReadonlySet<string>): string | undefined {
  for (const path of paths)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      if (files.has(path.slice(0, end))) return path.slice(0, end)
  return undefined
}
