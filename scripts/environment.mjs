import { createHash } from 'node:crypto'
import { constants, accessSync, existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'

/** The checkout that these scripts stand in. */
export const root = join(import.meta.dirname, '..')

function userCacheFolder() {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env
  if (process.platform === 'win32' && LOCALAPPDATA) return LOCALAPPDATA
  if (XDG_CACHE_HOME) return XDG_CACHE_HOME
  return process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache')
}

/** Whether a folder can be written, or made where it is missing. */
export function isWritable(folder) {
  if (!existsSync(folder)) return dirname(folder) !== folder && isWritable(dirname(folder))
  try {
    accessSync(folder, constants.W_OK)
    return statSync(folder).isDirectory()
  } catch {
    return false
  }
}

/** The first of these folders that can be written; the last one if none can, to fail there with its name. */
export function firstWritable(folders) {
  return folders.find(isWritable) ?? folders.at(-1)
}

/** The user's cache folder where it can be written: what is compiled outlives any clone. Else the checkout's own. */
export const keptFolder = firstWritable([join(userCacheFolder(), 'engram'), join(root, 'target')])

/** Cargo's folder. Not `target`, where earlier checkouts have cargo compile RocksDB: each would undo the other's work. */
export const targetFolder = resolve(root, process.env.CARGO_TARGET_DIR || join(keptFolder, 'cargo'))

/** Where napi-derive leaves the types of the binding while it compiles; kept with the objects, gone with them. */
export const bindingTypesFolder = join(
  targetFolder,
  'engram-types',
  createHash('sha256').update(root).digest('hex').slice(0, 16),
)

const isMusl = process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined
const suffixes = { linux: isMusl ? '-musl' : '-gnu', win32: '-msvc' }

/** As the prebuilt packages call this machine. */
export const platform = `${process.platform}-${process.arch}${suffixes[process.platform] ?? ''}`

/** Whether a program stands on PATH. */
export function hasProgram(name) {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name + suffix)))
}

/**
 * What every cargo command runs with, besides what is said of RocksDB. Another value of any of these makes cargo compile
 * much again, so nothing here may depend on which command asks.
 */
export function cargoVariables() {
  return {
    CARGO_TARGET_DIR: targetFolder,
    NAPI_TYPE_DEF_TMP_FOLDER: bindingTypesFolder,
    // Cargo goes by file times: of two checkouts that share a target folder one would get the other's objects. The
    // path of the wrapper sets the objects of the workspace's own crates apart; those of other crates stay shared.
    ...(process.platform === 'win32' ? {} : { RUSTC_WORKSPACE_WRAPPER: join(root, 'scripts', 'rustc.sh') }),
  }
}
