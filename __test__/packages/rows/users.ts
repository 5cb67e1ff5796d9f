// Classes and proxies of the user, as they are written and as compilers write them.
import type { Row } from './row.ts'

const small = ['2', '3'] as const
const words = [`'one'`, `'two'`] as const

/** What TypeScript puts before a class with private fields, for targets without them. */
const TYPESCRIPT = `const __classPrivateFieldSet = function (receiver, state, value, kind, f) { if (kind === 'a' && !f) throw new TypeError(); return (f ? (f.value = value) : state.set(receiver, value)), value }
const __classPrivateFieldGet = function (receiver, state, kind, f) { if (kind === 'a' && !f) throw new TypeError(); return kind === 'm' ? f : kind === 'a' ? f.call(receiver) : f ? f.value : state.get(receiver) }`

export const users: readonly Row[] = [
  {
    package: 'user',
    about: 'private field by TypeScript',
    keeps: 'weak map',
    also: `${TYPESCRIPT}
var _Rate_n
class Rate { constructor(n) { _Rate_n.set(this, void 0); __classPrivateFieldSet(this, _Rate_n, n, 'f') } of(n) { return n * __classPrivateFieldGet(this, _Rate_n, 'f') } }
_Rate_n = new WeakMap()`,
    make: (value) => `new Rate(${value})`,
    sides: small,
    use: `it.of(10)`,
  },
  {
    package: 'user',
    about: 'private field by TypeScript for ES5',
    keeps: 'weak map',
    also: `${TYPESCRIPT}
var Rate = /** @class */ (function () {
  var _Rate_n
  function Rate(n) { _Rate_n.set(this, void 0); __classPrivateFieldSet(this, _Rate_n, n, 'f') }
  Rate.prototype.of = function (n) { return n * __classPrivateFieldGet(this, _Rate_n, 'f') }
  _Rate_n = new WeakMap()
  return Rate
}())`,
    make: (value) => `new Rate(${value})`,
    sides: small,
    use: `it.of(10)`,
  },
  {
    package: 'user',
    about: 'private field by Babel',
    keeps: 'weak map',
    also: `function _assertClassBrand(e, t, n) { if ('function' == typeof e ? e === t : e.has(t)) return arguments.length < 3 ? t : n; throw new TypeError() }
function _classPrivateFieldInitSpec(e, t, a) { t.set(e, a) }
function _classPrivateFieldGet2(s, a) { return s.get(_assertClassBrand(s, a)) }
function _classPrivateFieldSet2(s, a, r) { return s.set(_assertClassBrand(s, a), r), r }
var _n = new WeakMap()
class Rate { constructor(n) { _classPrivateFieldInitSpec(this, _n, void 0); _classPrivateFieldSet2(_n, this, n) } of(n) { return n * _classPrivateFieldGet2(_n, this) } }`,
    make: (value) => `new Rate(${value})`,
    sides: small,
    use: `it.of(10)`,
  },
  {
    package: 'user',
    about: 'private field by Babel, loosely',
    keeps: 'own properties',
    also: `var id = 0
function _classPrivateFieldLooseKey(e) { return '__private_' + id++ + '_' + e }
function _classPrivateFieldLooseBase(e, t) { if (!{}.hasOwnProperty.call(e, t)) throw new TypeError(); return e }
var _n = _classPrivateFieldLooseKey('n')
class Rate { constructor(n) { Object.defineProperty(this, _n, { writable: true, value: void 0 }); _classPrivateFieldLooseBase(this, _n)[_n] = n } of(n) { return n * _classPrivateFieldLooseBase(this, _n)[_n] } }`,
    make: (value) => `new Rate(${value})`,
    sides: small,
    use: `it.of(10)`,
  },
  {
    package: 'user',
    about: 'private field by esbuild',
    keeps: 'weak map',
    also: `var __accessCheck = (obj, member, msg) => member.has(obj) || (() => { throw new TypeError(msg) })()
var __privateGet = (obj, member, getter) => (__accessCheck(obj, member, 'read'), getter ? getter.call(obj) : member.get(obj))
var __privateAdd = (obj, member, value) => (member instanceof WeakSet ? member.add(obj) : member.set(obj, value))
var _n
class Rate { constructor(n) { __privateAdd(this, _n, n) } of(n) { return n * __privateGet(this, _n) } }
_n = new WeakMap()`,
    make: (value) => `new Rate(${value})`,
    sides: small,
    use: `it.of(10)`,
  },
  {
    package: 'user',
    about: 'one weak map for all state',
    keeps: 'weak map',
    also: `const privates = new WeakMap()
class Rate { constructor(n) { privates.set(this, { n, calls: [] }) } of(n) { return n * privates.get(this).n } }`,
    make: (value) => `new Rate(${value})`,
    sides: small,
    use: `it.of(10)`,
  },
  {
    package: 'user',
    about: 'state in the module, by a number',
    keeps: 'elements',
    also: `const states = new Map()\nlet next = 0
class Rate { constructor(n) { this.id = next++ % 2; states.set(this.id, n) } of(n) { return n * states.get(this.id) } }`,
    make: (value) => `new Rate(${value})`,
    sides: small,
    use: `it.of(10)`,
  },
  {
    package: 'user',
    about: 'methods in the constructor',
    keeps: 'closures',
    also: `function Rate(n) { this.of = (m) => m * n }`,
    make: (value) => `new Rate(${value})`,
    sides: small,
    use: `it.of(10)`,
  },
  {
    package: 'user',
    about: 'private field',
    keeps: 'private fields',
    also: `class Rate { #n; constructor(n) { this.#n = n } of(n) { return n * this.#n } }`,
    make: (value) => `new Rate(${value})`,
    sides: small,
    use: `it.of(10)`,
  },
  {
    package: 'user',
    about: 'private field of a base',
    keeps: 'private fields',
    also: `class Base { #n; constructor(n) { this.#n = n } get n() { return this.#n } }\nclass Rate extends Base { of(n) { return n * this.n } }`,
    make: (value) => `new Rate(${value})`,
    sides: small,
    use: `it.of(10)`,
  },
  {
    package: 'user',
    about: 'accessor',
    keeps: 'private fields',
    also: `class Rate { #n; constructor(n) { this.#n = n } get n() { return this.#n * 10 } }`,
    make: (value) => `new Rate(${value})`,
    sides: small,
    use: `it.n`,
  },
  {
    package: 'user',
    about: 'subclass of Map',
    keeps: 'elements',
    also: `class Rates extends Map { of(name, n) { return this.get(name) * n } }`,
    make: (value) => `new Rates([['a', ${value}]])`,
    sides: small,
    use: `it.of('a', 10)`,
  },
  {
    package: 'user',
    about: 'subclass of Array',
    keeps: 'elements',
    also: `class Rates extends Array { total() { return this.reduce((a, b) => a + b, 0) } }`,
    make: (value) => `Rates.of(1, ${value})`,
    sides: small,
    use: `it.total()`,
  },
  {
    package: 'user',
    about: 'subclass of Set with a field',
    keeps: 'private fields',
    also: `class Rates extends Set { #n; constructor(n) { super([1, 2]); this.#n = n } total() { let sum = 0; for (const one of this) sum += one * this.#n; return sum } }`,
    make: (value) => `new Rates(${value})`,
    sides: small,
    use: `it.total()`,
  },
  {
    package: 'user',
    about: 'subclass of Date',
    keeps: 'native handle',
    also: `class Day extends Date { number() { return this.getTime() / 864e5 } }`,
    make: (value) => `new Day(${value} * 864e5)`,
    sides: small,
    use: `it.number()`,
  },
  {
    package: 'user',
    about: 'subclass of Error',
    keeps: 'own properties',
    also: `class Refused extends Error { constructor(status) { super('refused'); this.status = status } }`,
    make: (value) => `new Refused(${value})`,
    sides: small,
    use: `it.status`,
  },
  {
    package: 'user',
    about: 'subclass of Float64Array',
    keeps: 'typed arrays',
    also: `class Vector extends Float64Array { norm() { return Math.hypot(...this).toFixed(3) } }`,
    make: (value) => `Vector.of(1, ${value})`,
    sides: small,
    use: `it.norm()`,
  },
  {
    package: 'user',
    about: 'subclass of Promise',
    keeps: 'native handle',
    also: `class Later extends Promise { twice() { return this.then((n) => n * 2) } }`,
    make: (value) => `Later.resolve(${value})`,
    sides: small,
    use: `await (it.twice?.() ?? it.then((n) => n * 2))`,
  },
  {
    package: 'user',
    about: 'key by a symbol',
    keeps: 'symbols',
    also: `const KEY = Symbol('n')\nclass Rate { constructor(n) { this[KEY] = n } of(n) { return n * this[KEY] } }`,
    make: (value) => `new Rate(${value})`,
    sides: small,
    use: `it.of(10)`,
  },
  {
    package: 'user',
    about: 'proxy that answers to every name',
    keeps: 'proxy',
    also: `const client = (base) => new Proxy({}, { get: (_, name) => (typeof name === 'string' ? () => base + '/' + name : undefined) })`,
    make: (word) => `client(${word})`,
    sides: words,
    use: `it.users()`,
  },
  {
    package: 'user',
    about: 'proxy of paths',
    keeps: 'proxy',
    also: `const client = (base, path = []) => new Proxy(() => {}, { get: (_, name) => client(base, [...path, name]), apply: () => [base, ...path].join('/') })`,
    make: (word) => `client(${word})`,
    sides: words,
    use: `it.users.list()`,
  },
  {
    package: 'user',
    about: 'proxy around an instance',
    keeps: 'proxy',
    also: `class Rate { constructor(n) { this.n = n } of(n) { return n * this.n } }`,
    make: (value) => `new Proxy(new Rate(${value}), {})`,
    sides: small,
    use: `it.of(10)`,
  },
  {
    package: 'user',
    about: 'proxy with a handler that is an instance',
    keeps: 'proxy',
    also: `class Handler { #n; constructor(n) { this.#n = n } get() { return this.#n } }`,
    make: (value) => `new Proxy({}, new Handler(${value}))`,
    sides: small,
    use: `it.anything`,
  },
  {
    package: 'user',
    about: 'revoked on demand',
    keeps: 'proxy',
    make: (value) => `Proxy.revocable({ n: ${value} }, {}).proxy`,
    sides: small,
    use: `it.n`,
  },
  {
    package: 'user',
    about: 'callable instance',
    keeps: 'properties of a function',
    also: `class Callable extends Function { constructor(n) { super(); const it = (m) => m * it.n; it.n = n; return Object.setPrototypeOf(it, new.target.prototype) } twice(m) { return this(m) * 2 } }`,
    make: (value) => `new Callable(${value})`,
    sides: small,
    use: `it.twice(10)`,
  },
  {
    package: 'user',
    about: 'class made by a function',
    keeps: 'closures',
    also: `const rateOf = (n) => class Rate { of(m) { return m * n } }`,
    make: (value) => `new (rateOf(${value}))()`,
    sides: small,
    use: `it.of(10)`,
  },
  {
    package: 'user',
    about: 'class with a static registry',
    keeps: 'own properties',
    also: `class Rate { static all = new Map(); constructor(name) { this.name = name } of(m) { return m * Rate.all.get(this.name) } }\nconst registered = (n) => { Rate.all.set('a', n); return new Rate('a') }`,
    make: (value) => `registered(${value})`,
    sides: small,
    use: `it.of(10)`,
  },
  {
    package: 'user',
    about: 'linked in a circle',
    keeps: 'own properties',
    also: `class Node { constructor(n) { this.n = n; this.next = this } walk(steps) { return steps === 0 ? this.n : this.next.walk(steps - 1) } }\nconst ring = (n) => { const one = new Node(1); const other = new Node(n); one.next = other; other.next = one; return one }`,
    make: (value) => `ring(${value})`,
    sides: small,
    use: `it.walk(3)`,
  },
  {
    package: 'user',
    about: 'without a prototype',
    keeps: 'own properties',
    make: (value) => `Object.assign(Object.create(null), { of: (m) => m * ${value} })`,
    sides: small,
    use: `it.of(10)`,
  },
  {
    package: 'user',
    about: 'changed prototype',
    keeps: 'own properties',
    also: `class One { of(m) { return m * 1 } }\nclass Other { of(m) { return m * 2 } }`,
    make: (name) => `Object.setPrototypeOf({ n: 1 }, ${name}.prototype)`,
    sides: ['One', 'Other'],
    use: `it.of(10)`,
  },
  {
    package: 'user',
    about: 'made lazily',
    keeps: 'own properties',
    also: `class Table { constructor(n) { this.n = n } get rows() { return (this._rows ??= [this.n, this.n]) } }`,
    make: (value) => `new Table(${value})`,
    sides: small,
    use: `it.rows.length * it.rows[0]`,
  },
]
