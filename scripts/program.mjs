import { build } from './build.mjs'
import { main, run } from './command.mjs'

/** Builds what is out of date, then runs a TypeScript program of this checkout with the command line's arguments. */
export function runProgram(path) {
  return main(async () => {
    await build()
    run(process.execPath, ['--import=tsx', path, ...process.argv.slice(2)], { input: 'inherit' })
  })
}
