import type { PackageCodec } from '../value/package-codec.ts'
import { exactNumberIn, pick } from './exact-number.ts'

/** big.js: `memory.register(Big, big)`. Settings of the class count in keys; an instance of another `Big()` comes back as one. */
export const big: PackageCodec = {
  name: 'big.js',
  takes: 'the class `Big` of big.js',
  codecsOf: (library) =>
    exactNumberIn(library, {
      name: 'Big',
      method: 'prec',
      settingsOf: (type) => pick(type, ['DP', 'RM', 'NE', 'PE', 'strict']),
      clone: (type, settings) => Object.assign(type(), settings) as unknown,
    }),
}
