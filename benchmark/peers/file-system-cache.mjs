// file-system-cache: a JSON file for each entry.
import { FileSystemCache } from 'file-system-cache'
import { asyncMemo, memo } from './memo.mjs'

export function memoize(fn, dir) {
  const cache = new FileSystemCache({ basePath: `${dir}/fsc` })
  return { call: memo(fn, { get: (key) => cache.getSync(key), put: (key, value) => void cache.setSync(key, value) }), close: () => {} }
}

export function memoizeAsync(fn, dir) {
  const cache = new FileSystemCache({ basePath: `${dir}/fsc` })
  return { call: asyncMemo(fn, { get: (key) => cache.get(key), put: (key, value) => cache.set(key, value) }), close: () => {} }
}
