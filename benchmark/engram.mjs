// engram as a user has it: the built package, default options. A cache that fails must fail the measurement.
import { Memory } from 'engram'

export function memoize(fn, dir) {
  const memory = new Memory({ location: `${dir}/engram`, onError: 'throw' })
  return { call: memory.cache(fn, { name: fn.name }), close: () => memory.close() }
}

export const memoizeAsync = memoize
