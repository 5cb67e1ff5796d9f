import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './environment.mjs'

/** The scope of the packages with the compiled core. `src/platform/files.ts` and `npm/binding.cjs` say it too: a test compares. */
export const scope = '@engram'

/** The oldest glibc that Node 20 runs on, and so the oldest that the core for Linux asks for. */
const glibc = '2.28'

/**
 * What each platform is compiled as, by rustc and, where zig compiles for it, by zig. The key is a folder of `npm/`, and the
 * name of the package within the scope.
 */
export const platforms = {
  'linux-x64-gnu': { target: 'x86_64-unknown-linux-gnu', zig: `x86_64-linux-gnu.${glibc}` },
  'linux-arm64-gnu': { target: 'aarch64-unknown-linux-gnu', zig: `aarch64-linux-gnu.${glibc}` },
  'linux-x64-musl': { target: 'x86_64-unknown-linux-musl', zig: 'x86_64-linux-musl' },
  'linux-arm64-musl': { target: 'aarch64-unknown-linux-musl', zig: 'aarch64-linux-musl' },
  'darwin-x64': { target: 'x86_64-apple-darwin' },
  'darwin-arm64': { target: 'aarch64-apple-darwin' },
  'win32-x64-msvc': { target: 'x86_64-pc-windows-msvc' },
  'win32-arm64-msvc': { target: 'aarch64-pc-windows-msvc' },
}

/** The package.json of a platform's package. */
export function manifestOf(platform) {
  return JSON.parse(readFileSync(join(root, 'npm', platform, 'package.json'), 'utf8'))
}

/** The platforms that have a package: folders of `npm/`. */
export function platformFolders() {
  return readdirSync(join(root, 'npm'), { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []))
}
