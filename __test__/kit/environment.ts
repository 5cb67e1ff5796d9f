/** The environment for a program that a test starts: without what is meant for the process that tests. */
export function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, FORCE_COLOR: __, ENGRAM_MODE: ___, ENGRAM_VERBOSE: ____, ...env } = process.env
  return env
}
