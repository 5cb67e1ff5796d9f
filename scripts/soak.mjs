import { runProgram } from './program.mjs'

await runProgram('__test__/soak/soak.ts')
