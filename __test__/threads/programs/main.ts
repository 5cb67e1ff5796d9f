// A program whose steps are in a module that runs a pipeline when it is imported.
import { run } from './runs-itself.ts'

process.stdout.write(`main ${await run}\n`)
