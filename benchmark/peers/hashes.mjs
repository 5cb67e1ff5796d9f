// The digests that engram's keys are measured against.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** BLAKE3, on one thread. */
export function blake3(bytes) {
  const { Blake3Hasher } = require('@napi-rs/blake-hash')
  return new Blake3Hasher().update(bytes).digest('hex')
}

export function xxh3(bytes) {
  return require('@node-rs/xxhash').xxh3.xxh128(bytes).toString(16)
}

export { hash } from 'ohash'

export function objectHash(value) {
  return require('object-hash')(value)
}
