// file-system-cache: a JSON file for each entry.
import { FileSystemCache } from 'file-system-cache'
import { asyncMemo, memo } from './memo.mjs'

export function memoize(fn, dir) {
  const cache = new FileSystemCache({ basePath: `${dir}/fsc` })
  const store = { get: (key) => cache.getSync(key), put: (key, value) => void cache.setSync(key, value) }
  return { call: memo(fn, store), close: () => {} }
}

export function memoizeAsync(fn, dir) {
  const cache = new FileSystemCache({ basePath: `${dir}/fsc` })
  const store = { get: (key) => cache.get(key), put: (key, value) => cache.set(key, value) }
  return { call: asyncMemo(fn, store), close: () => {} }
}
