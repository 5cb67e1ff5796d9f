// memoize-fs: a file for each call; what it wraps always returns a promise.
import memoizeFs from 'memoize-fs'

export async function memoizeAsync(fn, dir) {
  const memoizer = memoizeFs({ cachePath: `${dir}/memoize-fs`, cacheId: fn.name })
  return { call: await memoizer.fn(fn), close: () => {} }
}
