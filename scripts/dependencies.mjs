import { homedir } from 'node:os'
import { join } from 'node:path'
import { announce, runNpm } from './command.mjs'
import { firstWritable, keptFolder, root } from './environment.mjs'
import { whenChanged } from './freshness.mjs'

/** Installs the packages that package-lock.json names, unless they are there. */
export function installDependencies() {
  return install('.', 'packages')
}

/** Installs what the corpus of keys runs its programs through: a package of its own, as only that test needs it. */
export function installLoaders() {
  return install('__test__/fingerprint/corpus/loaders', 'loaders for the corpus of keys')
}

/** Installs the packages whose values the ready codecs store: a package of its own, as only their tests need them. */
export function installCodecPackages() {
  return install('__test__/codecs/packages', 'packages for the ready codecs')
}

/** Installs what the corpus of packages captures, passes and gives back. */
export function installPackages() {
  return install('__test__/packages', 'packages for the corpus of packages')
}

/** Installs the bundlers, tracers and test runners through which the package is loaded: a package of its own. */
export function installTools() {
  return install('__test__/loading/tools', 'tools through which the package is loaded')
}

/** Installs the runtimes and package managers through which the published packages go. */
export function installRuntimes() {
  return install('__test__/loading/runtimes', 'runtimes and package managers')
}

// Npm keeps in its cache whatever it installs, and fails where it cannot.
function npmCache() {
  const usual = process.env.npm_config_cache ?? join(homedir(), '.npm')
  const folder = firstWritable([usual, join(keptFolder, 'npm')])
  return folder === usual ? [] : [`--cache=${folder}`]
}

function install(folder, what) {
  return whenChanged(
    {
      stamp: join(folder, 'node_modules/.cache/engram/dependencies'),
      inputs: [join(folder, 'package-lock.json')],
      outputs: [join(folder, 'node_modules/.package-lock.json')],
    },
    () => {
      announce(`installing ${what}`)
      // None of them needs its install script to run.
      const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
      const args = ['ci', '--ignore-scripts', '--prefer-offline', ...quiet, ...npmCache()]
      runNpm(args, { directory: join(root, folder) })
    },
  )
}
