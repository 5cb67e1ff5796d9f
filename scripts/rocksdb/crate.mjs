import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { StepFailed, ask } from '../command.mjs'
import { root } from '../environment.mjs'

const advice =
  `The first build downloads the crates that Cargo.lock names, later ones work without a network. Where cargo
cannot write to its own folder, set CARGO_HOME to one that it can write to.`.replaceAll('\n', ' ')

/** The target that cargo compiles for: this machine's own. */
export function hostTarget() {
  return /^host: (\S+)$/m.exec(ask('rustc', ['-vV']) ?? '')?.[1]
}

// Downloads what is not there yet; needs no network when all is.
function metadata(target) {
  const args = ['metadata', '--locked', '--format-version=1', `--filter-platform=${target}`]
  const stdio = ['ignore', 'pipe', 'inherit']
  const { status, stdout } = spawnSync('cargo', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28, stdio })
  if (status !== 0) throw new StepFailed(`cargo ${args.join(' ')} failed. ${advice}`)
  return JSON.parse(stdout)
}

/** The crate that brings RocksDB, and where the headers are that it takes from the crates of its compressors. */
export function findCrate(target) {
  const { packages, resolve } = metadata(target)
  const find = (name) => packages.find((one) => one.name === name)
  const folderOf = (name) => dirname(find(name).manifest_path)
  const { id, version } = find('rust-librocksdb-sys')
  return {
    version,
    features: resolve.nodes.find((node) => node.id === id).features.toSorted(),
    folder: folderOf('rust-librocksdb-sys'),
    headers: [join(folderOf('lz4-sys'), 'liblz4/lib'), join(folderOf('zstd-sys'), 'zstd/lib')],
    compressors: ['lz4-sys', 'zstd-sys'].map((name) => find(name).version),
  }
}
