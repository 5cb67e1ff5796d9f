import { copyFileSync, mkdirSync, renameSync, rmSync, statfsSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StepFailed, announce, run } from './command.mjs'
import { bindingTypesFolder, platform, root, targetFolder } from './environment.mjs'
import { whenChanged } from './freshness.mjs'
import { cargoEnvironment } from './rust.mjs'

const libraries = { darwin: 'libengram_binding.dylib', win32: 'engram_binding.dll' }
const addon = `engram.${platform}.node`

// Renamed into place: a process that has the addon mapped keeps the old file, and dies if it is written to.
function replace(name, write) {
  const path = join(root, 'native', name)
  write(`${path}.new`)
  renameSync(`${path}.new`, path)
}

function isFull(folder) {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize < 100e6
}

// The steps of `napi build` but for its `--target`, which has cargo compile all crates a second time beside `cargo test`.
async function build() {
  const env = await cargoEnvironment()
  announce('building the core')
  // The types are written while the binding compiles, and by clippy too: only those of this very run are to be trusted.
  rmSync(bindingTypesFolder, { recursive: true, force: true })
  mkdirSync(bindingTypesFolder, { recursive: true })
  const now = new Date()
  utimesSync(join(root, 'crate/binding/src/lib.rs'), now, now)
  // The workspace and not the one package: with fewer packages cargo picks fewer features, and builds much anew.
  try {
    run('cargo', ['build', '--release', '--workspace', '--locked'], { env })
  } catch (error) {
    throw isFull(targetFolder)
      ? new StepFailed(`No space is left for ${targetFolder}. Free 2 GB and start again`)
      : error
  }

  const { generateTypeDef } = await import('@napi-rs/cli')
  const { exports, dts } = await generateTypeDef({ typeDefDir: bindingTypesFolder, cwd: root, constEnum: false })
  if (exports.length === 0) throw new StepFailed('crate/binding exports nothing')
  mkdirSync(join(root, 'native'), { recursive: true })
  const library = join(targetFolder, 'release', libraries[process.platform] ?? 'libengram_binding.so')
  replace(addon, (path) => copyFileSync(library, path))
  replace('binding.d.cts', (path) => writeFileSync(path, dts))
}

/** Builds the addon and its types into native/, unless no Rust source has changed. */
export function buildBinding() {
  return whenChanged(
    {
      stamp: 'node_modules/.cache/engram/binding',
      inputs: [
        'Cargo.toml',
        'Cargo.lock',
        'crate',
        'package.json',
        'scripts/binding.mjs',
        'scripts/environment.mjs',
        'scripts/rocksdb.mjs',
        'scripts/rocksdb',
      ],
      outputs: [`native/${addon}`, 'native/binding.d.cts'],
    },
    build,
  )
}
