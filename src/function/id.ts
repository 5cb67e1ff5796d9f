import { builtin } from '../platform/builtin.ts'

const { existsSync, readFileSync } = builtin('node:fs')
const { basename, dirname, join, relative, sep } = builtin('node:path')
const { fileURLToPath } = builtin('node:url')

/**
 * Stable name of a function: the path of the module that wraps it, relative to its package, and the function's name, as
 * in `my-package/src/load.ts#loadRows`. No absolute path is in it, so that another checkout has the same names.
 */
export function functionId(name: string, module: string | undefined): string {
  return module === undefined ? name : `${module}#${name}`
}

/** Path of a module's file relative to its package. Undefined where there is no file, as in a REPL. */
export function moduleOf(file: string | undefined): string | undefined {
  return file === undefined ? undefined : moduleName(file)
}

/** Absolute path of the module that called `callee`, which must be on the stack. */
export function callingFile(callee: (...args: never[]) => unknown): string | undefined {
  const holder: { stack?: unknown } = {}
  // `--frozen-intrinsics`: nobody may say how a stack is written, so it is read.
  if (Object.isFrozen(Error)) {
    Error.captureStackTrace(holder, callee)
    return pathOf(fileIn(String(holder.stack)))
  }
  const { prepareStackTrace, stackTraceLimit } = Error
  try {
    Error.stackTraceLimit = 1
    Error.prepareStackTrace = firstScript
    Error.captureStackTrace(holder, callee)
    return typeof holder.stack === 'string' ? pathOf(holder.stack) : undefined
  } finally {
    Error.prepareStackTrace = prepareStackTrace
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** The file of the first call in a stack as V8 writes it: `at name (file:line:column)`, or without a name and parentheses. */
function fileIn(stack: string): string {
  const call = stack.split('\n').find((line) => line.startsWith('    at ')) ?? ''
  return /(?:^ {4}at (?:async )?|\()((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/]).*):\d+:\d+\)?$/.exec(call)?.[1] ?? ''
}

function firstScript(_: unknown, sites: NodeJS.CallSite[]): string | null | undefined {
  return sites[0]?.getFileName()
}

/** By URL: to parse one takes as long as to find the caller. */
const paths = new Map<string, string>()

/** Without the queries that loaders add to module URLs: they do not name another module. */
function pathOf(file: string): string | undefined {
  if (file.startsWith('file:')) {
    let path = paths.get(file)
    if (path === undefined) paths.set(file, (path = fileURLToPath(file)))
    return path
  }
  return /^(?:\/|[A-Za-z]:[\\/])/.test(file) ? file : undefined
}

const names = new Map<string, string>()

function moduleName(file: string): string {
  let name = names.get(file)
  if (name === undefined) {
    name = nameInPackage(file)
    names.set(file, name)
  }
  return name
}

function nameInPackage(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json')
    if (existsSync(manifest)) {
      const path = relative(folder, file).split(sep).join('/')
      const packageName = nameOf(manifest)
      return packageName === undefined ? path : `${packageName}/${path}`
    }
    if (dirname(folder) === folder) return basename(file)
  }
}

function nameOf(manifest: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown }
    return typeof name === 'string' ? name : undefined
  } catch {
    return undefined
  }
}
