// What tells otherwise than its built-in type: classes that override that by which it is read, and what was put on it.
import type { Row } from './row.ts'

const small = ['2', '3'] as const

export const derived: readonly Row[] = [
  {
    package: 'user',
    about: 'subclass of Map with a size of its own',
    keeps: 'elements',
    also: `class Loud extends Map { get size() { return 7 } entries() { return [].values() } [Symbol.iterator]() { return [].values() } forEach() {} }`,
    make: (value) => `new Loud([['a', ${value}]])`,
    sides: small,
    use: `it.get('a')`,
  },
  {
    package: 'user',
    about: 'subclass of a query with a text of its own',
    keeps: 'elements',
    also: `class Loud extends URLSearchParams { toString() { return 'loud' } }`,
    make: (value) => `new Loud('a=' + ${value})`,
    sides: small,
    use: `it.get('a')`,
  },
  {
    package: 'user',
    about: 'subclass of a typed array with a length of its own',
    keeps: 'typed arrays',
    also: `class Loud extends Uint8Array { get length() { return 0 } get byteLength() { return 0 } }`,
    make: (value) => `new Loud([1, ${value}])`,
    sides: small,
    use: `it[1]`,
  },
  {
    package: 'user',
    about: 'subclass of a formatter with a field',
    keeps: 'own properties',
    also: `class Priced extends Intl.NumberFormat { constructor(factor) { super('en'); this.factor = factor } }`,
    make: (value) => `new Priced(${value})`,
    sides: small,
    use: `it.format(10 * it.factor)`,
  },
  {
    package: 'user',
    about: 'Map with a property',
    keeps: 'own properties',
    make: (value) => `Object.assign(new Map([['a', 1]]), { total: ${value} })`,
    sides: small,
    use: `it.total`,
  },
  {
    package: 'user',
    about: 'weak map behind helpers, beside a property',
    keeps: 'weak map',
    also: `const slots = new WeakMap()
const keep = (one, value) => slots.set(one, value)
const kept = (one) => slots.get(one)
class Rate { constructor(n) { this.name = 'rate'; keep(this, n) } of(n) { return n * kept(this) } }`,
    make: (value) => `new Rate(${value})`,
    sides: small,
    use: `it.of(10)`,
  },
  {
    package: 'user',
    about: 'pattern of data under a symbol of all',
    keeps: 'symbols',
    make: (value) => `({ [Symbol.for('matcher')]: { least: ${value} } })`,
    sides: small,
    use: `it[Symbol.for('matcher')].least`,
  },
]
