/** Where a function was called: file without its folders, line and column, as in `app.ts:12:9`. `callee` must be on the stack. */
export function callingPlace(callee: (...args: never[]) => unknown): string {
  const holder: { stack?: unknown } = {}
  const { stackTraceLimit } = Error
  const isFrozen = Object.isFrozen(Error)
  try {
    if (!isFrozen) Error.stackTraceLimit = 1
    Error.captureStackTrace(holder, callee)
  } finally {
    if (!isFrozen) Error.stackTraceLimit = stackTraceLimit
  }
  const line =
    String(holder.stack)
      .split('\n')
      .find((one) => one.startsWith('    at ')) ?? ''
  return /([^/\\(]+:\d+:\d+)\)?$/.exec(line)?.[1] ?? line.trim()
}
