'use strict'

// Finds the compiled core: beside the sources where they were built, else in the package for this platform. The loader
// that napi-rs generates knows sixty platforms, and takes as long to load as the core itself.
const suffixes = { linux: '-gnu', win32: '-msvc' }
const platform = `${process.platform}-${process.arch}${suffixes[process.platform] ?? ''}`
const ofMusl = `linux-${process.arch}-musl`
const scope = '@engram'

// The folders of `npm/`, which a test compares.
const prebuilt = ['darwin-arm64', 'darwin-x64', 'linux-arm64-gnu', 'linux-arm64-musl', 'linux-x64-gnu', 'linux-x64-musl']
  .concat(['win32-arm64-msvc', 'win32-x64-msvc'])

function load() {
  // A bundler gives another path, or none.
  const isHere = typeof __filename === 'string' && /[\\/]npm[\\/]binding\.cjs$/.test(__filename)
  const isBundled = !isHere || !require('node:fs').existsSync(__filename)
  const own = isMusl() ? ofMusl : platform
  try {
    // Where a package manager puts it elsewhere. Not by `require` itself: bundlers warn of what they do not find.
    const from = isBundled ? process.argv[1] : __filename
    const file = isBundled ? undefined : findFile(own)
    return opened(file ?? require('node:module').createRequire(from).resolve(`${scope}/${own}/engram.${own}.node`))
  } catch (cause) {
    const message = `engram's compiled core cannot be loaded: ${adviceFor(cause, own, isBundled)}.`
    const code = cause.code === 'ERR_DLOPEN_DISABLED' ? cause.code : 'ERR_NO_CORE'
    throw Object.assign(new Error(message, { cause }), { code })
  }
}

/** Tracers of files understand these names, and take along what lies at paths that are joined to __dirname. */
function findFile(own) {
  const { existsSync } = require('node:fs')
  const { join } = require('node:path')
  const file = `engram.${platform}.node`
  const fileOfMusl = `engram.${ofMusl}.node`
  const files = [
    join(__dirname, '../native', file),
    join(__dirname, '../../@engram', platform, file),
    join(__dirname, '../native', fileOfMusl),
    join(__dirname, '../../@engram', ofMusl, fileOfMusl),
  ]
  return files.find((one) => one.endsWith(`engram.${own}.node`) && existsSync(one))
}

function opened(file) {
  if (isCutShort(file)) throw new Error(`${file} is cut short`)
  const addon = { exports: {} }
  process.dlopen(addon, file)
  return addon.exports
}

/** Half of a library ends the process when it is opened. Why and how: src/platform/elf.ts. */
function isCutShort(file) {
  if (process.platform !== 'linux') return false
  const { readFileSync } = require('node:fs')
  const bytes = readFileSync(file)
  if (bytes.length < 64) return true
  const isLibrary = bytes.toString('latin1', 0, 4) === '\x7fELF'
  return isLibrary && bytes.length < Number(bytes.readBigUInt64LE(40)) + bytes.readUInt16LE(58) * bytes.readUInt16LE(60)
}

function adviceFor(cause, own, isBundled) {
  const name = `${scope}/${own}`
  if (cause.code === 'ERR_DLOPEN_DISABLED') {
    return `it is a native addon, and this Node may load none; start it ${
      process.permission === undefined ? 'without --no-addons' : 'with --allow-addons beside --permission'
    }`
  }
  if (isBundled) {
    return (
      `engram is inside a bundle; mark it as external (esbuild --external:engram, \`external: ['engram']\` for rollup and ` +
      `vite, \`externals: { engram: 'commonjs engram' }\` for webpack and rspack, ncc --external engram, ` +
      `\`serverExternalPackages: ['engram']\` for Next), or copy engram.${own}.node, from the package ${name}, beside ` +
      'the bundle'
    )
  }
  if (!prebuilt.includes(own)) {
    return (
      `there is no package with the core for ${own}, but for ${prebuilt.join(', ')}; run on one of these, or build engram ` +
      'from its sources, as CONTRIBUTING.md in its repository says'
    )
  }
  if (cause.code === 'MODULE_NOT_FOUND') {
    return (
      `the package ${name} is not installed; run \`npm install --include=optional\`, on this platform if node_modules or ` +
      'the lockfile came from another one'
    )
  }
  if (/GLIBC(?:XX)?_[\d.]+' not found/.test(cause.message)) {
    return `${cause.message}; this Linux is too old for it: run on a newer one, such as the image node:22-slim`
  }
  return `${cause.message}; install ${name} again, in the version of engram`
}

function isMusl() {
  return process.platform === 'linux' && process.report !== undefined && process.report.getReport().header.glibcVersionRuntime === undefined
}

module.exports = load()
