import { runProgram } from './program.mjs'

await runProgram('__test__/process/soak/soak.ts')
