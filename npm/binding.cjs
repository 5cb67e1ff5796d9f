'use strict'

// Finds the compiled core: beside the sources where they were built, else in the package for this platform. The loader
// that napi-rs generates knows sixty platforms, and takes as long to load as the core itself.
const suffixes = { linux: '-gnu', win32: '-msvc' }
const platform = `${process.platform}-${process.arch}${suffixes[process.platform] ?? ''}`
const name = `@engram/${platform}`

function load() {
  // A bundler gives another path, or none.
  const isHere = typeof __filename === 'string' && /[\\/]npm[\\/]binding\.cjs$/.test(__filename)
  const isBundled = !isHere || !require('node:fs').existsSync(__filename)
  try {
    const file = isBundled ? undefined : findFile()
    if (file !== undefined) return opened(file)
    // Where a package manager puts it elsewhere. Not by `require` itself: bundlers warn of what they do not find.
    return require('node:module').createRequire(isBundled ? process.argv[1] : __filename)(name)
  } catch (cause) {
    const message = `engram's compiled core cannot be loaded: ${adviceFor(cause, isBundled)}.`
    const code = cause.code === 'ERR_DLOPEN_DISABLED' ? cause.code : 'ERR_NO_CORE'
    throw Object.assign(new Error(message, { cause }), { code })
  }
}

/** Tracers of files understand these names, and take along what lies at paths that are joined to __dirname. */
function findFile() {
  const { existsSync } = require('node:fs')
  const { join } = require('node:path')
  const file = `engram.${platform}.node`
  const files = [join(__dirname, '../native', file), join(__dirname, '../../@engram', platform, file)]
  return files.find((one) => existsSync(one))
}

function opened(file) {
  const addon = { exports: {} }
  process.dlopen(addon, file)
  return addon.exports
}

function adviceFor(cause, isBundled) {
  if (cause.code === 'ERR_DLOPEN_DISABLED') {
    return `it is a native addon, and this Node may load none; start it ${
      process.permission === undefined ? 'without --no-addons' : 'with --allow-addons beside --permission'
    }`
  }
  if (isBundled) {
    return (
      `engram is inside a bundle; mark it as external (esbuild --external:engram, \`external: ['engram']\` for rollup and ` +
      `vite, \`externals: { engram: 'commonjs engram' }\` for webpack and rspack, ncc --external engram, ` +
      `\`serverExternalPackages: ['engram']\` for Next), or copy engram.${platform}.node, from the package ${name}, beside ` +
      'the bundle'
    )
  }
  if (isMusl()) return 'it needs glibc, and this is a Linux with musl, such as Alpine; use an image such as node:22-slim'
  if (cause.code === 'MODULE_NOT_FOUND') {
    return (
      `the package ${name} is not installed; run \`npm install --include=optional\`, on this platform if node_modules or ` +
      'the lockfile came from another one'
    )
  }
  return `${cause.message}; install ${name} again, in the version of engram`
}

function isMusl() {
  return process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined
}

module.exports = load()
