// What no well-meant program does: every input gets a key, or an error with a code, and never keeps a call from its
// result. Beside this: key/failure.spec.ts, for each kind of value that has no key.
import test, { type ExecutionContext } from 'ava'
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { type EngramError, type Memory } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { run } from '../kit/program.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'
import { isWhole } from '../kit/whole.ts'

/** A path is read by people. */
const LONGEST_PATH = 1000

/** The code of what `action` throws, whose path must be readable; 'fine' where it throws nothing. */
function codeOf(t: ExecutionContext, action: () => unknown): string {
  try {
    action()
    return 'fine'
  } catch (thrown) {
    const { code, path = '', message } = thrown as EngramError
    t.true(path.length < LONGEST_PATH && message.length < 2 * LONGEST_PATH)
    return code ?? `no code: ${String((thrown as Error | null)?.stack)}`
  }
}

/** What takes seconds and depends on nothing that changes. */
const inWhole = isWhole ? test.serial : test.serial.skip

let made = 0

/** Functions of their own each, so that nothing that was found before is used. */
function named(): { name: string } {
  return { name: `f${made++}` }
}

// --------------------------------------------------------------------------------------------------------- depth

/** Beyond every limit, and beyond every stack. */
const DEEP = isWhole ? 100_000 : 20_000

function nested(wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 1
  for (let level = 0; level < DEEP; level++) value = wrap(value)
  return value
}

const WRAPS: Readonly<Record<string, (inner: unknown) => unknown>> = {
  arrays: (inner) => [inner],
  'sparse arrays': (inner) => Object.assign([], { 3: inner }),
  objects: (inner) => ({ inner }),
  'objects with long names': (inner) => ({ ['name'.repeat(1000)]: inner }),
  'keys of Maps': (inner) => new Map([[inner, 1]]),
  'values of Maps': (inner) => new Map([[1, inner]]),
  Sets: (inner) => new Set([inner]),
  errors: (inner) => new Error('no', { cause: inner }),
  'frozen objects': (inner) => Object.freeze({ inner }),
}

for (const [what, wrap] of Object.entries(WRAPS)) {
  test.serial(`${what} within each other ${DEEP} times end no stack`, (t) => {
    const warnings = collectWarnings()
    const memory = openMemory(t)
    const strict = openMemory(t, { onError: 'throw' })
    const deep = nested(wrap)
    const taking = (value: unknown): number => [value].length
    t.is(
      codeOf(t, () => memory.cache(taking).key(deep)),
      'ERR_UNHASHABLE',
    )
    t.is(memory.cache(taking, { ignore: ['value.inner.inner'] })(deep), 1)

    const giving = (): unknown => deep
    t.is(
      codeOf(t, () => strict.cache(giving, { ...named(), captures: 'none' })()),
      'ERR_UNSERIALIZABLE',
    )
    t.is(memory.cache(giving, { ...named(), captures: 'none' })(), deep)

    t.is(memory.cache(() => [deep].length, named())(), 1)
    t.is(
      codeOf(t, () => memory.cache((n: number) => n, { ...named(), deps: [deep] })),
      'ERR_UNHASHABLE',
    )
    t.true(warnings.messages().every((message) => message.length < 2 * LONGEST_PATH))
    t.deepEqual([...new Set(warnings.codes())].sort(), ['ERR_UNHASHABLE', 'ERR_UNSERIALIZABLE'])
  })
}

// ---------------------------------------------------------------------------------------------------------- width

test.serial('an object of 200,000 keys has a key, as an argument and captured', (t) => {
  const warnings = collectWarnings()
  const memory = openMemory(t)
  const wide = Object.fromEntries(Array.from({ length: 200_000 }, (_, n) => [`k${n}`, n]))
  const taking = memory.cache((value: object) => [value].length)
  const key = taking.key(wide)
  wide['k199999'] = 0
  t.not(key, taking.key(wide))

  t.deepEqual(warnings.codes(), [])
  const capturing = (): number => [wide].length
  t.is(memory.cache(capturing)(), 1)
  t.deepEqual(warnings.codes(), ['ERR_UNHASHABLE'])
  const frozen = Object.freeze(wide)
  const constant = memory.cache(() => [frozen].length, named())
  t.is(constant.key(), constant.key())
  t.deepEqual(warnings.codes(), ['ERR_UNHASHABLE'])
})

// V8's longest text is 2^29 - 24 characters, the longest form 2^29 bytes.
const hasRoom = totalmem() > 8 * 2 ** 30
;(isWhole && hasRoom ? test.serial : test.serial.skip)('the longest texts have a key or a code', async (t) => {
  const { code, stdout, stderr } = await run('longest-texts', temporaryDirectory(t))
  t.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  t.deepEqual(JSON.parse(stdout), {
    'of one byte each': ['key', 'key', 'ERR_UNHASHABLE'],
    // As an argument and captured: what has no form is in no key, so the call is not cached.
    'of two bytes each': ['ERR_UNHASHABLE', 'ERR_UNHASHABLE', 'ERR_UNHASHABLE'],
  })
})

// ------------------------------------------------------------------------------------------- what throws when it is read

const THROWN: Readonly<Record<string, () => never>> = {
  error: () => {
    throw new TypeError('read')
  },
  null: () => {
    throw null // oxlint-disable-line no-throw-literal
  },
  'what cannot be shown': () => {
    // oxlint-disable-next-line no-throw-literal
    throw {
      toString: () => {
        throw new Error('shown')
      },
    }
  },
}
const TRAPS = ['getPrototypeOf', 'ownKeys', 'get', 'has', 'getOwnPropertyDescriptor', 'isExtensible', 'set'] as const
const TARGETS = [{ a: 1 }, [1], () => 1, class {}]

for (const [what, thrower] of Object.entries(THROWN)) {
  test.serial(`a proxy or getter that throws keeps no call from its result: ${what}`, (t) => {
    const warnings = collectWarnings()
    const memory = openMemory(t)
    for (const target of TARGETS) {
      for (const trap of TRAPS) checkThrowing(t, memory, new Proxy(target, { [trap]: thrower }), thrower)
      checkThrowing(t, memory, new Proxy(target, new Proxy({}, { get: () => thrower })), thrower)
    }
    for (const code of warnings.codes())
      t.true(['ERR_UNHASHABLE', 'ERR_UNSERIALIZABLE', 'ERR_INVALID_OPTION'].includes(code), code)
  })
}

function checkThrowing(t: ExecutionContext, memory: Memory, thing: any, thrower: () => never): void {
  const holder = {
    thing,
    get part() {
      return thrower()
    },
  }
  const late = (n: number): boolean => n > 5
  const calls: Readonly<Record<string, () => unknown>> = {
    argument: () => memory.cache((_value: unknown) => 1, named())(thing),
    'part of an argument': () => memory.cache((_value: unknown) => 1, named())([{ thing }]),
    getter: () => memory.cache((_value: unknown) => 1, named())(holder),
    'ignored part': () => memory.cache((_value: unknown) => 1, { ...named(), ignore: ['_value.a'] })(thing),
    'hash function': () => memory.cache((_value: unknown) => 1, { ...named(), hash: { _value: thrower } })(thing),
    captured: () => memory.cache(() => [thing].length, named())(),
    'captured member': () => memory.cache((n: number) => (late(n) ? thing.a.b + thing.c() : 1), named())(1),
    'captured and called': () => memory.cache((n: number) => (late(n) ? thing(1) : 1), named())(1),
    'captured and changed': () =>
      memory.cache((n: number) => (late(n) ? (thing.push(1), (thing.x = 1), (thing[n] = 2)) : 1), named())(1),
    'captured getter': () => memory.cache((n: number) => (late(n) ? holder.part : 1), named())(1),
    'captured whole': () => memory.cache((n: number) => (late(n) ? Object.keys(holder) : 1), named())(1),
    receiver: () =>
      memory
        .cache(function (this: unknown) {
          return 1
        }, named())
        .call(thing),
    result: () => (memory.cache(() => thing, { ...named(), captures: 'none' })() === thing ? 1 : 0),
  }
  for (const [where, call] of Object.entries(calls)) {
    try {
      t.is(call(), 1, where)
    } catch (error) {
      t.fail(`${where}: ${String((error as Error | null)?.stack)}`)
    }
  }
  // What is named as a dependency has to be readable.
  t.regex(
    codeOf(t, () => memory.cache(() => 1, { ...named(), deps: [thing] })),
    /^(fine|ERR_UNHASHABLE)$/,
  )
  t.regex(
    codeOf(t, () => memory.cache((_value: unknown) => 1, named()).key(thing)),
    /^(fine|ERR_UNHASHABLE)$/,
  )
  if (typeof thing === 'function')
    t.is(
      codeOf(t, () => memory.cache(thing, named())),
      'ERR_UNNAMED_FUNCTION',
    )
}

// ---------------------------------------------------------------------------------------------------------- texts

test.serial('a text in the syntax of the engine alone counts as it is', (t) => {
  setFlagsFromString('--allow-natives-syntax')
  const warnings = collectWarnings()
  const [small, object] = ['IsSmi', 'IsJSReceiver'].map(
    (name) => new Function('n', `return %${name}(n)`) as (n: number) => boolean,
  )
  setFlagsFromString('--no-allow-natives-syntax')
  const memory = openMemory(t)
  t.deepEqual([memory.cache(small!)(1), memory.cache(object!)(1), memory.cache(small!)(1)], [true, false, true])
  t.deepEqual(warnings.codes(), ['ERR_UNHASHABLE'])
})

test('what a function says of its own text is not believed', (t) => {
  const lying = (factor: number) => Object.assign((n: number) => n * factor, { toString: () => '(_seed) => 1' })
  const memory = openMemory(t)
  t.not(memory.cache(lying(2)).key(1), memory.cache(lying(3)).key(1))
  throwsCode(t, 'ERR_UNKNOWN_PARAMETER', () => memory.cache(lying(2), { ignore: ['_seed'] }))
  t.notThrows(() => memory.cache(lying(2), { ignore: ['n'] }))
  const failing = Object.assign((n: number) => n, { toString: THROWN['error']! })
  t.is(memory.cache(failing)(1), 1)
  class Renamed {
    static readonly name = 7 as never
  }
  t.is(memory.cache(() => [Renamed].length)(), 1)
})

test.serial(
  'a function of five megabytes is too long for what it captured to be seen, and is told by its source alone',
  (t) => {
    const [one, other] = ['s', 's + 1'].map(
      (end) =>
        new Function('n', `let s = n\n${'s += 3 // more of it\n'.repeat(250_000)}return ${end}`) as (
          n: number,
        ) => number,
    )
    const memory = openMemory(t)
    for (const fn of [one!, (n: number) => one!(n)]) throwsCode(t, 'ERR_UNHASHABLE', () => memory.cache(fn).key(1))
    const keys = [one, other].map((fn) => memory.cache(fn!, { captures: 'none' }).key(1))
    t.is(new Set(keys).size, 2)
  },
)

test('texts nested to the end of what the engine reads have keys', (t) => {
  const memory = openMemory(t)
  const bodies = [
    '('.repeat(1500) + 'n' + ')'.repeat(1500),
    '!'.repeat(1500) + 'n',
    `n${'+1'.repeat(2000)}`,
    `n${'.a'.repeat(5000)}`,
    'n=>'.repeat(500) + 'n',
  ]
  for (const body of bodies)
    t.is(memory.cache(new Function('n', `return ${body}`) as (n: number) => unknown, named()).key(1).length, 64)
})

// --------------------------------------------------------------------------------------------------------- helpers

inWhole('more than ten thousand helpers are not looked at', (t) => {
  const step =
    (next: ((n: number) => number) | undefined, add: number) =>
    (n: number): number =>
      next === undefined ? n : next(n) + add
  let first: ((n: number) => number) | undefined
  for (let index = 0; index < 10_001; index++) first = step(first, 1)
  const { key } = openMemory(t).cache(first!)
  throwsCode(t, 'ERR_UNHASHABLE', () => key(1))
})

// The inspector gives a copy of a module's variables for each function that it is asked about. 10,000 functions in one
// module took two minutes, then the stack that one call has; after which no fingerprint of the process saw what its
// function captured.
inWhole('a module of thousands of functions is bounded, and what others captured is seen afterwards', async (t) => {
  const names = Array.from({ length: 8000 }, (_, index) => `h${index}`)
  const lines = names.map((name) => `function ${name}(n) { return n }`)
  const file = join(temporaryDirectory(t), 'many.mjs')
  writeFileSync(file, `${lines.join('\n')}\nexport const all = (n) => ${names.map((name) => `${name}(n)`).join('+')}\n`)
  const { all } = (await import(pathToFileURL(file).href)) as { all: (n: number) => number }
  const memory = openMemory(t)
  const cached = memory.cache(all, named())
  throwsCode(t, 'ERR_UNHASHABLE', () => cached.key(1))

  const scale = (factor: number) => (n: number) => n * factor
  t.not(memory.cache(scale(2)).key(1), memory.cache(scale(3)).key(1))
})

test('functions in values that functions captured, one in the other without end, are refused at some depth', (t) => {
  const memory = openMemory(t)
  const link = (next: unknown) => {
    const held = { next }
    return (n: number): unknown[] => [n, held]
  }
  const chain = (length: number): unknown => Array.from({ length }).reduce((next) => link(next), undefined)
  const taking = memory.cache((value: unknown) => [value].length)
  t.is(taking.key(chain(20)), taking.key(chain(20)))
  t.not(taking.key(chain(20)), taking.key(chain(19)))
  for (const length of [100, 5000])
    t.is(
      codeOf(t, () => taking.key(chain(length))),
      'ERR_UNHASHABLE',
    )
})

// The end of the stack within the inspector was taken for a process that has none. Asking it fails here in its place, since
// nobody can tell where a stack ends.
test.serial('a call in which the inspector fails makes no other call blind', (t) => {
  const memory = openMemory(t)
  const scale = (factor: number) => (n: number) => n * factor
  const [two, three] = [memory.cache(scale(2)), memory.cache(scale(3))]
  t.is(memory.cache(scale(1))(1), 1)
  const { post } = Session.prototype
  Session.prototype.post = () => {
    throw new RangeError('Maximum call stack size exceeded')
  }
  try {
    t.is(
      codeOf(t, () => two.key(1)),
      'ERR_UNHASHABLE',
    )
    t.is(two(1), 2)
  } finally {
    Session.prototype.post = post
  }
  t.not(two.key(1), three.key(1))
})
