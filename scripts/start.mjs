import { runProgram } from './program.mjs'

await runProgram('examples/ulam-spiral.ts')
