// What tests and users put in the place of functions and globals.
import { type Case, HEAD, functionOf } from './program.ts'

interface Mock {
  readonly name: string
  readonly imports?: string
  /** Puts the mock there, or declares `it`. */
  readonly set: (text: string) => string
  readonly sides: readonly [string, string]
  /** What the cached function does with it. */
  readonly use: string
  readonly restore: string
}

const small = ['2', '3'] as const
const texts = [`'one'`, `'two'`] as const
const TABLE = 'const table = { rate: () => 1 }'

const mocked: readonly Mock[] = [
  {
    name: 'sinon: stub',
    imports: `import sinon from 'sinon'`,
    set: (value) => `const it = sinon.stub().returns(${value})`,
    sides: small,
    use: 'it(1)',
    restore: 'sinon.restore()',
  },
  {
    name: 'sinon: stub of arguments',
    imports: `import sinon from 'sinon'`,
    set: (value) => `const it = sinon.stub(); it.withArgs(1).returns(${value})`,
    sides: small,
    use: 'it(1)',
    restore: 'sinon.restore()',
  },
  {
    name: 'sinon: stubbed method',
    imports: `import sinon from 'sinon'`,
    set: (value) => `${TABLE}\nsinon.stub(table, 'rate').callsFake(() => ${value})`,
    sides: small,
    use: 'table.rate()',
    restore: 'sinon.restore()',
  },
  {
    name: 'sinon: stubbed global',
    imports: `import sinon from 'sinon'`,
    set: (value) => `sinon.stub(Math, 'random').returns(${value})`,
    sides: ['0.25', '0.75'],
    use: 'Math.random()',
    restore: 'sinon.restore()',
  },
  {
    name: 'sinon: clock',
    imports: `import sinon from 'sinon'`,
    set: (value) => `sinon.useFakeTimers({ now: ${value}, toFake: ['Date'] })`,
    sides: ['1000', '2000'],
    use: 'Date.now()',
    restore: 'sinon.restore()',
  },
  {
    name: 'node:test: function',
    imports: `import { mock } from 'node:test'`,
    set: (value) => `const it = mock.fn(() => ${value})`,
    sides: small,
    use: 'it(1)',
    restore: 'mock.restoreAll()',
  },
  {
    name: 'node:test: method',
    imports: `import { mock } from 'node:test'`,
    set: (value) => `${TABLE}\nmock.method(table, 'rate', () => ${value})`,
    sides: small,
    use: 'table.rate()',
    restore: 'mock.restoreAll()',
  },
  {
    name: 'node:test: getter',
    imports: `import { mock } from 'node:test'`,
    set: (value) => `const table = { get rate() { return 1 } }\nmock.getter(table, 'rate', () => ${value})`,
    sides: small,
    use: 'table.rate',
    restore: 'mock.restoreAll()',
  },
  {
    name: 'jest: function',
    imports: `import { ModuleMocker } from 'jest-mock'\nconst jest = new ModuleMocker(globalThis)`,
    set: (value) => `const it = jest.fn(() => ${value})`,
    sides: small,
    use: 'it(1)',
    restore: 'jest.restoreAllMocks()',
  },
  {
    name: 'jest: value that is returned',
    imports: `import { ModuleMocker } from 'jest-mock'\nconst jest = new ModuleMocker(globalThis)`,
    set: (value) => `const it = jest.fn().mockReturnValue(${value})`,
    sides: small,
    use: 'it(1)',
    restore: 'jest.restoreAllMocks()',
  },
  {
    name: 'jest: promise that is returned',
    imports: `import { ModuleMocker } from 'jest-mock'\nconst jest = new ModuleMocker(globalThis)`,
    set: (value) => `const it = jest.fn().mockResolvedValue(${value})`,
    sides: small,
    use: 'await it(1)',
    restore: 'jest.restoreAllMocks()',
  },
  {
    name: 'jest: spy',
    imports: `import { ModuleMocker } from 'jest-mock'\nconst jest = new ModuleMocker(globalThis)`,
    set: (value) => `${TABLE}\njest.spyOn(table, 'rate').mockReturnValue(${value})`,
    sides: small,
    use: 'table.rate()',
    restore: 'jest.restoreAllMocks()',
  },
  {
    name: 'vitest: function',
    imports: `import { fn } from '@vitest/spy'`,
    set: (value) => `const it = fn(() => ${value})`,
    sides: small,
    use: 'it(1)',
    restore: 'void 0',
  },
  {
    name: 'vitest: value that is returned',
    imports: `import { fn } from '@vitest/spy'`,
    set: (value) => `const it = fn().mockReturnValue(${value})`,
    sides: small,
    use: 'it(1)',
    restore: 'void 0',
  },
  {
    name: 'vitest: spy',
    imports: `import { spyOn } from '@vitest/spy'`,
    set: (value) => `${TABLE}\nspyOn(table, 'rate').mockImplementation(() => ${value})`,
    sides: small,
    use: 'table.rate()',
    restore: 'void 0',
  },
  {
    name: 'testdouble: function',
    imports: `import td from 'testdouble'`,
    set: (value) => `const it = td.func(); td.when(it(1)).thenReturn(${value})`,
    sides: small,
    use: 'it(1)',
    restore: 'void 0',
  },
  {
    name: 'a replaced global',
    set: (value) => `const before = globalThis.fetch; globalThis.fetch = async () => new Response(${value})`,
    sides: texts,
    use: `await (await fetch('http://one.test')).text()`,
    restore: 'globalThis.fetch = before',
  },
  {
    name: 'a replaced function of a global',
    set: (value) => `const before = Math.random; Math.random = () => ${value}`,
    sides: ['0.25', '0.75'],
    use: 'Math.random()',
    restore: 'Math.random = before',
  },
  {
    name: 'a replaced static of a class of the language',
    set: (value) => `const before = Date.now; Date.now = () => ${value}`,
    sides: small,
    use: 'Date.now()',
    restore: 'Date.now = before',
  },
  {
    name: 'a patched prototype of the language',
    set: (value) => `Array.prototype.total = function () { return this.length * ${value} }`,
    sides: small,
    use: '[1, 2].total()',
    restore: 'delete Array.prototype.total',
  },
  {
    name: 'a replaced method of the language',
    set: (value) => `const before = String.prototype.trim; String.prototype.trim = function () { return ${value} }`,
    sides: texts,
    use: `' a '.trim()`,
    restore: 'String.prototype.trim = before',
  },
  {
    name: 'a global that the user made',
    set: (value) => `globalThis.rateOfPackages = ${value}`,
    sides: small,
    use: 'rateOfPackages * 2',
    restore: 'delete globalThis.rateOfPackages',
  },
  {
    name: 'a global by the name of its object',
    set: (value) => `globalThis.rateOfPackages = () => ${value}`,
    sides: small,
    use: 'globalThis.rateOfPackages()',
    restore: 'delete globalThis.rateOfPackages',
  },
  {
    name: 'a replaced environment',
    set: (value) => `process.env.PACKAGES_RATE = ${value}`,
    sides: texts,
    use: 'process.env.PACKAGES_RATE',
    restore: 'delete process.env.PACKAGES_RATE',
  },
  {
    name: 'a replaced function of Node',
    imports: `import fs from 'node:fs'`,
    set: (value) => `const before = fs.readFileSync; fs.readFileSync = () => ${value}`,
    sides: texts,
    use: `fs.readFileSync('a')`,
    restore: 'fs.readFileSync = before',
  },
  {
    name: 'a patched method of a package',
    imports: `import { Decimal } from 'decimal.js'`,
    set: (value) => `const before = Decimal.prototype.toNumber; Decimal.prototype.toNumber = () => ${value}\nconst it = new Decimal(1)`,
    sides: small,
    use: 'it.toNumber()',
    restore: 'Decimal.prototype.toNumber = before',
  },
]

/** Mocks, each reached by a function that captured it or names it. */
export const mocks: readonly Case[] = mocked.map(({ name, imports = '', set, sides, use, restore }) => ({
  name,
  uses: ['reached'],
  side: (which) => ({
    name,
    files: {
      'main.mjs': `${HEAD}
${imports}
${set(sides[which])}
const reached = memory.cache(${functionOf('reached()', `return ${use}`)})
export const uses = { plain: ${functionOf('plain()', `return ${use}`)}, reached: () => reached() }
export const restore = () => { ${restore} }
`,
    },
  }),
}))
