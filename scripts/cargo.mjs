import { main, run } from './command.mjs'
import { cargoEnvironment } from './rust.mjs'
import { prepareSystem } from './system.mjs'

// `npm run cargo -- test --release --workspace blob`: cargo as the other scripts run it, to use what they compiled.
// Always with --workspace: for one package alone cargo picks fewer features, and compiles much anew.
await main(async () => {
  prepareSystem()
  run('cargo', process.argv.slice(2), { env: await cargoEnvironment() })
})
