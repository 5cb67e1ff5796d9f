import test from 'ava'
import type { ExecutionContext } from 'ava'
import fc from 'fast-check'
import { compileIgnore, parametersFromNames, type Parameter } from '../../src/function/parameters.ts'
import { EngramError, type EngramErrorCode } from '../../src/words/error.ts'

const named = (...names: string[]): Parameter[] => parametersFromNames(names)
const pattern = (...properties: string[]): Parameter => ({ rest: false, properties })

/** The arguments that count, with everything on the way. */
function counted(
  parameters: readonly Parameter[] | undefined,
  ignore: readonly (string | number)[],
  ...args: unknown[]
): readonly unknown[] {
  return compileIgnore(parameters, ignore, 'f')?.(args) ?? args
}

function failsWith(t: ExecutionContext, code: EngramErrorCode, attempt: () => unknown): void {
  const error = t.throws(attempt, { instanceOf: EngramError })
  t.is(error?.code, code)
}

type Known = readonly Parameter[] | undefined

function unknownParameter(t: ExecutionContext, parameters: Known, element: string | number): void {
  failsWith(t, 'ERR_UNKNOWN_PARAMETER', () => compileIgnore(parameters, [element], 'f'))
}

// ------------------------------------------------- joblib's filter_args, as far as JavaScript has it
// Left out: defaults filled in (JavaScript cannot evaluate them from outside; f(1) and f(1, 0) are two calls), keyword
// and keyword-only arguments, and the `*` and `**` buckets as names: a rest parameter is ignored by its own name.

const f = named('x', 'y')
const h = named('x', 'y', '...args')

test('f(x, y): each parameter is left out alone, and both together', (t) => {
  t.deepEqual(counted(f, [], 1), [1])
  t.deepEqual(counted(f, ['x'], 1), [])
  t.deepEqual(counted(f, ['x'], 1, 0), [undefined, 0])
  t.deepEqual(counted(f, ['y'], 0, 1), [0])
  t.deepEqual(counted(f, ['y'], 2, 1), [2])
  t.deepEqual(counted(f, ['x', 'y'], 1, 0), [])
  t.deepEqual(counted(f, ['x', 'y'], 1), [])
})

test('h(x, y, ...args): rest arguments count one by one, or not at all', (t) => {
  t.deepEqual(counted(h, [], 1, 2, 3, 4), [1, 2, 3, 4])
  t.deepEqual(counted(h, ['args'], 1, 2, 25), [1, 2])
  t.deepEqual(counted(h, ['args'], 1, 2, 25, 26, { ee: 2 }), [1, 2])
  t.deepEqual(counted(h, ['args'], 1), [1])
  t.deepEqual(counted(h, ['y'], 1, 2, 3, 4), [1, undefined, 3, 4])
})

test('keyword arguments are an options object: m2(x, { y, z })', (t) => {
  const m2 = [...named('x'), pattern('y', 'z')]
  t.deepEqual(counted(m2, [], 1, { y: 2 }), [1, { y: 2 }])
  t.deepEqual(counted(m2, ['z'], 1, { y: 2, z: 4 }), [1, { y: 2 }])
  t.deepEqual(counted(m2, ['x'], 1, { y: 2, z: 4 }), [undefined, { y: 2, z: 4 }])
})

test('a partially applied function has no known parameters: names are refused, positions work', (t) => {
  unknownParameter(t, undefined, 'x')
  unknownParameter(t, undefined, 'options.verbose')
  t.deepEqual(counted(undefined, [1], 1, 2, 3), [1, undefined, 3])
})

test('a name that the function does not have is refused', (t) => {
  unknownParameter(t, f, 'z')
  unknownParameter(t, f, 'X')
  unknownParameter(t, [], 'x')
  unknownParameter(t, f, 'options.verbose')
  unknownParameter(t, f, '__proto__')
  unknownParameter(t, f, '1')
})

test('ignore given as a string, or as anything but an array, is refused', (t) => {
  for (const ignore of ['y', 1, null, { 0: 'y' }, new Set(['y'])]) {
    failsWith(t, 'ERR_INVALID_OPTION', () => compileIgnore(f, ignore as never, 'f'))
  }
})

test("the caller's array and objects stay untouched", (t) => {
  const options = Object.freeze({ verbose: true, log: Object.freeze({ level: 1, to: 'here' }) })
  const args = Object.freeze([1, 2, options])
  const filter = compileIgnore(named('x', 'y', 'options'), ['x', 'options.verbose', 'options.log.level'], 'f')
  t.deepEqual(filter?.(args), [undefined, 2, { log: { to: 'here' } }])
  t.deepEqual(args, [1, 2, { verbose: true, log: { level: 1, to: 'here' } }])
})

// ------------------------------------------------------------------------------------------ positions

test('an ignored argument given, given otherwise or left away makes one list', (t) => {
  const filter = compileIgnore(f, [1], 'f')
  t.deepEqual(filter?.([1, 'x']), [1])
  t.deepEqual(filter?.([1, 'y']), [1])
  t.deepEqual(filter?.([1]), [1])
})

test('nothing ignored needs no filter', (t) => {
  t.is(compileIgnore(f, [], 'f'), undefined)
  t.is(compileIgnore(undefined, [], 'f'), undefined)
})

test('the position of a rest parameter covers all of its arguments, one past it that argument alone', (t) => {
  t.deepEqual(counted(h, [2], 1, 2, 3, 4), [1, 2])
  t.deepEqual(counted(h, [3], 1, 2, 3, 4, 5), [1, 2, 3, undefined, 5])
  t.deepEqual(counted(h, [3, 'args'], 1, 2, 3, 4, 5), [1, 2])
})

test('a position that no parameter has is refused where the parameters are known', (t) => {
  unknownParameter(t, f, 2)
  unknownParameter(t, [], 0)
  t.deepEqual(counted(undefined, [2 ** 40], 1), [1])
})

test('a position that is no whole number from 0 is refused', (t) => {
  for (const position of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    failsWith(t, 'ERR_INVALID_OPTION', () => compileIgnore(undefined, [position], 'f'))
  }
})

test('elements that are neither number nor string, holes and empty names are refused', (t) => {
  const elements = [null, undefined, true, 1n, Symbol('x'), {}, ['x'], '', '.', 'x.', '.x', 'x..y']
  for (const element of elements) {
    failsWith(t, 'ERR_INVALID_OPTION', () => compileIgnore(f, [element as string], 'f'))
    failsWith(t, 'ERR_INVALID_OPTION', () => compileIgnore(undefined, [element as string], 'f'))
  }
  failsWith(t, 'ERR_INVALID_OPTION', () => compileIgnore(f, new Array<string>(1), 'f'))
})

test('changing the array ignore afterwards changes nothing', (t) => {
  const ignore = ['y']
  const filter = compileIgnore(f, ignore, 'f')
  ignore[0] = 'x'
  t.deepEqual(filter?.([1, 2]), [1])
})

// ---------------------------------------------------------------------------------------------- paths

const g = named('options')

test('a path leaves one property out and keeps the order of the others', (t) => {
  const [options] = counted(g, ['options.b'], { c: 1, b: 2, a: 3 }) as [object]
  t.deepEqual(Object.keys(options), ['c', 'a'])
})

test('a property present, present as undefined or absent makes one list', (t) => {
  for (const options of [{ a: 1, b: 2 }, { a: 1, b: undefined }, { a: 1 }]) {
    t.deepEqual(counted(g, ['options.b'], options), [{ a: 1 }])
  }
})

test('a deep path copies only the objects along it', (t) => {
  const beside = { deep: true }
  const options = { beside, log: { beside, level: 3 } }
  const [copy] = counted(g, ['options.log.level'], options) as [typeof options]
  t.deepEqual(copy, { beside, log: { beside } } as never)
  t.is(copy.beside, beside)
  t.is(copy.log.beside, beside)
})

test('an argument without the property is passed on as it is', (t) => {
  const options = { a: 1 }
  t.is(counted(g, ['options.b', 'options.c.d'], options)[0], options)
})

test('a whole name goes before paths below it, in either order', (t) => {
  const options = { log: { level: 1, to: 2 }, a: 3 }
  t.deepEqual(counted(g, ['options.log', 'options.log.level'], options), [{ a: 3 }])
  t.deepEqual(counted(g, ['options.log.level', 'options.log'], options), [{ a: 3 }])
  t.deepEqual(counted(g, ['options.log.level', 'options'], options), [])
  t.deepEqual(counted(g, ['options', 'options.log.level'], options), [])
})

test('what is no plain object counts whole: Map, class instance, array, function, primitive', (t) => {
  class Options {
    verbose = true
  }
  const callable = Object.assign(() => 1, { verbose: true })
  for (const value of [new Map([['verbose', 1]]), new Options(), [{ verbose: 1 }], callable, 'verbose', 7, null]) {
    t.is(counted(g, ['options.verbose'], value)[0], value)
    t.is((counted(g, ['options.log.verbose'], { log: value })[0] as { log: unknown }).log, value)
  }
})

test('an object without prototype counts as a plain one', (t) => {
  const options = Object.assign(Object.create(null) as object, { a: 1, verbose: 2 })
  t.deepEqual(counted(g, ['options.verbose'], options), [{ a: 1 }])
})

test('inherited properties are neither ignored nor copied', (t) => {
  const options = { a: 1 }
  t.is(counted(g, ['options.toString', 'options.constructor.name', 'options.__proto__'], options)[0], options)
})

test("'__proto__' is a key like any other, to ignore and to keep", (t) => {
  const options = JSON.parse('{ "__proto__": { "a": 1, "b": 2 }, "c": 3 }') as object
  t.deepEqual(counted(g, ['options.__proto__'], options), [{ c: 3 }])
  for (const ignore of ['options.c', 'options.__proto__.a']) {
    const [copy] = counted(g, [ignore], options) as [object]
    t.is(Object.getPrototypeOf(copy), Object.prototype)
    t.true(Object.hasOwn(copy, '__proto__'))
  }
  t.is(({} as Record<string, unknown>)['a'], undefined)
})

test('a path into a rest parameter is refused', (t) => {
  unknownParameter(t, h, 'args.0')
})

test('a cyclic argument is followed along the path only', (t) => {
  const options: Record<string, unknown> = { verbose: true }
  options['self'] = options
  const [copy] = counted(g, ['options.verbose'], options) as [Record<string, unknown>]
  t.deepEqual(Object.keys(copy), ['self'])
  t.is(copy['self'], options)
})

// ------------------------------------------------------------------------------ destructured parameters

test('a destructured property is ignored by its name, and a path goes on below it', (t) => {
  const parameters = [pattern('rows', 'log'), ...named('seed')]
  t.deepEqual(counted(parameters, ['log'], { rows: 1, log: 2 }, 3), [{ rows: 1 }, 3])
  t.deepEqual(counted(parameters, ['log.level'], { rows: 1, log: { level: 2 } }), [{ rows: 1, log: {} }])
  unknownParameter(t, parameters, 'level')
})

test('a property that two parameters take is refused, as either may be meant', (t) => {
  unknownParameter(t, [pattern('id', 'a'), pattern('id', 'b')], 'id')
})

test("a parameter's name goes before a property of the same name", (t) => {
  const parameters = [...named('verbose'), pattern('verbose')]
  t.deepEqual(counted(parameters, ['verbose'], 1, { verbose: 2 }), [undefined, { verbose: 2 }])
})

test('of a name that comes twice, the last parameter is meant', (t) => {
  t.deepEqual(counted([...named('a'), ...named('a')], ['a'], 1, 2), [1])
})

// --------------------------------------------------------------------------------------------- params

test('names of the option params become the parameters, the last one a rest parameter where it says so', (t) => {
  t.deepEqual(parametersFromNames(['rows', '_private$1', '...größe']), [
    { name: 'rows', rest: false, properties: [] },
    { name: '_private$1', rest: false, properties: [] },
    { name: 'größe', rest: true, properties: [] },
  ])
})

test('params that are no array of different identifiers are refused', (t) => {
  const noArrays = ['x', null, 7]
  const noNames = [[''], ['...'], ['a.b'], ['1'], ['a b'], [1], [{}], new Array<string>(2)]
  for (const names of [...noArrays, ...noNames, ['a', 'a'], ['a', '...a'], ['...a', 'b']]) {
    failsWith(t, 'ERR_INVALID_OPTION', () => parametersFromNames(names as never))
  }
})

// ----------------------------------------------------------------------------------------- properties

const key = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor')
const plain = fc.object({ key, maxDepth: 3, values: [fc.integer(), fc.constant(undefined)] })

/** The same by another way. */
function deleted(value: unknown, path: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const [first, ...below] = path
  const entries = Object.entries(value).filter(([name]) => below.length > 0 || name !== first)
  return Object.fromEntries(entries.map(([name, part]) => [name, name === first ? deleted(part, below) : part]))
}

test('property: a path leaves out what deleting it from a copy leaves out', (t) => {
  const path = fc.array(key, { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(plain, path, (options, keys) => {
      const before = structuredClone(options)
      const [result] = counted(g, [`options.${keys.join('.')}`], options)
      t.deepEqual(options, before)
      t.deepEqual(result, deleted(before, keys))
    }),
  )
})

test('property: what stands at ignored positions never counts, what stands elsewhere always does', (t) => {
  const args = fc.array(fc.oneof(fc.integer(), fc.constant(undefined)), { maxLength: 6 })
  fc.assert(
    fc.property(args, fc.uniqueArray(fc.nat(5)), fc.array(fc.integer(), { maxLength: 6 }), (list, ignore, others) => {
      const changed = list.map((value, position) => (ignore.includes(position) ? others[position] : value))
      const result = counted(undefined, ignore, ...list)
      t.deepEqual(counted(undefined, ignore, ...changed), result)
      for (const [position, value] of list.entries()) if (!ignore.includes(position)) t.is(result[position], value)
    }),
  )
})

test('property: filtering twice changes nothing more', (t) => {
  const ignore = fc.subarray(['x', 'options.a', 'options.b.c', 'rest', 4])
  fc.assert(
    fc.property(fc.array(fc.oneof(plain, fc.integer()), { maxLength: 6 }), ignore, (args, names) => {
      const once = counted(named('x', 'options', '...rest'), names, ...args)
      t.deepEqual(counted(named('x', 'options', '...rest'), names, ...once), once)
    }),
  )
})

test('property: whatever ignore is, a filter or a documented code comes back', (t) => {
  fc.assert(
    fc.property(fc.anything(), (ignore) => {
      try {
        compileIgnore(h, ignore as never, 'f')?.([1, {}, []])
      } catch (error) {
        t.true(error instanceof EngramError && /^ERR_(INVALID_OPTION|UNKNOWN_PARAMETER)$/.test(error.code))
      }
      t.pass()
    }),
  )
})
