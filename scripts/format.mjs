import { main, run } from './command.mjs'
import { setup } from './setup.mjs'
import { prepareRustComponents } from './system.mjs'
import { runTool } from './typescript.mjs'

await main(async () => {
  await setup()
  prepareRustComponents('rustfmt')
  run('cargo', ['fmt', '--all'])
  runTool('oxfmt/bin/oxfmt', [])
})
