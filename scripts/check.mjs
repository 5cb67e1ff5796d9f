import { pathToFileURL } from 'node:url'
import { build } from './build.mjs'
import { StepFailed, announce, main, run } from './command.mjs'
import { root } from './environment.mjs'
import { cargoEnvironment } from './rust.mjs'
import { prepareRustComponents } from './system.mjs'
import { runTool } from './typescript.mjs'

const checks = {
  rustfmt() {
    run('cargo', ['fmt', '--all', '--check'])
  },
  async clippy() {
    // Clippy takes the place of the wrapper that tells checkouts apart (see environment.mjs), so its arguments do.
    const args = ['-D', 'warnings', `--cfg=checkout="${root}"`]
    const clippy = ['clippy', '--release', '--workspace', '--all-targets', '--locked', '--', ...args]
    run('cargo', clippy, { env: await cargoEnvironment() })
  },
  oxfmt() {
    runTool('oxfmt/bin/oxfmt', ['--check'])
  },
  oxlint() {
    runTool('oxlint/bin/oxlint', ['--deny-warnings'])
  },
  tsc() {
    runTool('typescript/bin/tsc', ['--noEmit'])
  },
  typedoc() {
    runTool('typedoc/bin/typedoc', ['--emit', 'none'])
  },
}

/** Runs the named checks, all of them without names, each even if one before it failed. */
export async function check(names = Object.keys(checks)) {
  await build()
  prepareRustComponents('rustfmt', 'clippy')
  const failed = []
  for (const name of names) {
    announce(name)
    try {
      await checks[name]()
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error
      failed.push(name)
    }
  }
  if (failed.length > 0) throw new StepFailed(`Failed: ${failed.join(', ')}`)
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const names = process.argv.slice(2)
  await main(() => check(names.length > 0 ? names : undefined))
}
