import type { PackageCodec } from '../value/package-codec.ts'
import { exactNumberIn, pick } from './exact-number.ts'

const SETTINGS = ['precision', 'rounding', 'modulo', 'toExpNeg', 'toExpPos', 'minE', 'maxE']

/** What counts of a class of decimal.js. */
export const settingsOfDecimal = (type: unknown): Record<string, unknown> => pick(type, SETTINGS)

/** decimal.js: `memory.register(Decimal, decimal)`. Settings of the class count in keys; a clone comes back as one. */
export const decimal: PackageCodec = {
  name: 'decimal.js',
  takes: 'the class `Decimal` of decimal.js',
  codecsOf: (library) =>
    exactNumberIn(library, {
      name: 'Decimal',
      method: 'toSignificantDigits',
      settingsOf: settingsOfDecimal,
      clone: (type, settings) => type.clone(settings),
    }),
}
