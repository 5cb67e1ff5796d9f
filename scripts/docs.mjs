import { build } from './build.mjs'
import { main } from './command.mjs'
import { runTool } from './typescript.mjs'

await main(async () => {
  await build()
  runTool('typedoc/bin/typedoc', [])
})
