'use strict'

// Finds the compiled core: beside the sources where they were built, else in the package for this platform. The loader
// that napi-rs generates knows sixty platforms, and takes as long to load as the core itself.
const suffixes = { linux: '-gnu', win32: '-msvc' }
const platform = `${process.platform}-${process.arch}${suffixes[process.platform] ?? ''}`

function load() {
  try {
    return require(`../native/engram.${platform}.node`)
  } catch (error) {
    if (error.code === 'ERR_DLOPEN_DISABLED') throw forbidden(error)
    if (error.code !== 'MODULE_NOT_FOUND') throw error
  }
  try {
    return require(`engram-${platform}`)
  } catch (cause) {
    if (cause.code === 'ERR_DLOPEN_DISABLED') throw forbidden(cause)
    const remedy = `install the package engram-${platform} (npm install --include=optional), or build it: npm run build`
    throw new Error(`engram has no compiled core for ${platform}; ${remedy}.`, { cause })
  }
}

function forbidden(cause) {
  const remedy = process.permission === undefined ? 'without --no-addons' : 'with --allow-addons beside --permission'
  const error = new Error(`engram's core is a native addon, and this Node may load none; start it ${remedy}.`, { cause })
  return Object.assign(error, { code: cause.code })
}

module.exports = load()
