import { announce, run } from './command.mjs'
import { whenChanged } from './freshness.mjs'

/** Installs the packages that package-lock.json names, unless they are there. */
export function installDependencies() {
  return whenChanged(
    {
      stamp: 'node_modules/.cache/engram/dependencies',
      inputs: ['package-lock.json'],
      outputs: ['node_modules/.package-lock.json'],
    },
    () => {
      announce('installing packages')
      // None of them needs its install script to run.
      const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
      const npm = process.env.npm_execpath
      if (npm) run(process.execPath, [npm, ...args])
      else run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args)
    },
  )
}
