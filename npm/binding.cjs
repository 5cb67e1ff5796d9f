'use strict'

// Finds the compiled core: beside the sources where they were built, else in the package for this platform. The loader
// that napi-rs generates knows sixty platforms, and takes as long to load as the core itself.
// The first releases of each line of Node give their modules to `require` alone, which some bundles do not have.
const { existsSync } = process.getBuiltinModule?.('node:fs') ?? require('node:fs')
const { createRequire } = process.getBuiltinModule?.('node:module') ?? require('node:module')

const suffixes = { linux: '-gnu', win32: '-msvc' }
const platform = `${process.platform}-${process.arch}${suffixes[process.platform] ?? ''}`
const name = `@engram/${platform}`

function load() {
  // A bundler gives another path, or none.
  const isBundled = typeof __filename !== 'string' || !/[\\/]npm[\\/]binding\.cjs$/.test(__filename)
  try {
    if (isBundled) return createRequire(process.argv[1] ?? process.execPath)(name)
    // They begin with __dirname, so that tracers of files take along what lies there.
    const files = [
      __dirname + '/../native/engram.' + platform + '.node',
      __dirname + '/../../@engram/' + platform + '/engram.' + platform + '.node',
    ]
    const file = files.find((one) => existsSync(one))
    return file === undefined ? createRequire(__filename)(name) : opened(file)
  } catch (cause) {
    const message = `engram's compiled core cannot be loaded: ${adviceFor(cause, isBundled)}.`
    const code = cause.code === 'ERR_DLOPEN_DISABLED' ? cause.code : 'ERR_NO_CORE'
    throw Object.assign(new Error(message, { cause }), { code })
  }
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
