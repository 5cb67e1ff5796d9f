// p-memoize: memory only, one shared object for every hit. The ceiling for functions that return a promise.
import pMemoize from 'p-memoize'

export function memoizeAsync(fn) {
  return { call: pMemoize(fn, { cacheKey: (args) => JSON.stringify(args) }), close: () => {} }
}
