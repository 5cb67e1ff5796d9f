import { builtin } from './builtin.ts'

const { fileURLToPath } = builtin('node:url')

/** The name of functions that stand before others and pass calls on to them: callers are told by who called these. */
export const PASSED_ON = 'passed on by engram'

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
    Error.stackTraceLimit = 2
    Error.prepareStackTrace = callingScript
    Error.captureStackTrace(holder, callee)
    return typeof holder.stack === 'string' ? pathOf(holder.stack) : undefined
  } finally {
    Error.prepareStackTrace = prepareStackTrace
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** The file of the first call in a stack as V8 writes it: `at name (file:line:column)`, or without a name and parentheses. */
function fileIn(stack: string): string {
  const call = stack.split('\n').find((line) => line.startsWith('    at ') && !line.includes(PASSED_ON)) ?? ''
  return /(?:^ {4}at (?:async )?|\()((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/]).*):\d+:\d+\)?$/.exec(call)?.[1] ?? ''
}

function callingScript(_: unknown, [first, second]: NodeJS.CallSite[]): string | null | undefined {
  return (first?.getFunctionName() === PASSED_ON ? second : first)?.getFileName()
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
