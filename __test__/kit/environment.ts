/** The environment for a program that a test starts: without what is meant for the process that tests. */
export function environment(): NodeJS.ProcessEnv {
  const env = { ...process.env }
  for (const name of Object.keys(env))
    if (/^(?:NODE_OPTIONS|FORCE_COLOR|ENGRAM_(?!TESTS).*)$/.test(name)) delete env[name]
  return env
}
