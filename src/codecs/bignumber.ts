import type { PackageCodec } from '../value/package-codec.ts'
import { exactNumberIn } from './exact-number.ts'

/** bignumber.js: `memory.register(BigNumber, bignumber)`. Settings of the class count in keys. */
export const bignumber: PackageCodec = {
  name: 'bignumber.js',
  takes: 'the class `BigNumber` of bignumber.js',
  codecsOf: (library) =>
    exactNumberIn(library, {
      name: 'BigNumber',
      method: 'shiftedBy',
      settingsOf: (type) => ({ ...type.config() }) as unknown,
    }),
}
