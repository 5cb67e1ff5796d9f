// flat-cache: everything in memory, one JSON file read at the start and written at the end.
import { FlatCache } from 'flat-cache'
import { memo } from './memo.mjs'

export function memoize(fn, dir) {
  const cache = new FlatCache({ cacheDir: `${dir}/flat-cache`, ttl: 0, lruSize: 0 })
  cache.load()
  return {
    call: memo(fn, { get: (key) => cache.get(key), put: (key, value) => cache.set(key, value) }),
    close: () => cache.save(),
  }
}
