import { runProgram } from './program.mjs'

await runProgram('benchmark/run.ts')
