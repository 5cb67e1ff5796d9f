// What `show` prints of values: what Node shows of them, and never anything that a terminal would obey.
import test, { type ExecutionContext } from 'ava'
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { CommandLine } from '../kit/command-line.ts'
import { blobsIn } from '../kit/files.ts'
import { TYPED_ARRAYS } from '../kit/typed-arrays.ts'

/** Stores what an expression gives. */
async function store(t: ExecutionContext, expression: string, options = '{}'): Promise<CommandLine> {
  const cli = new CommandLine(t)
  await cli.program(
    'value.mjs',
    `import { Memory } from 'engram'
    const memory = new Memory(${options})
    memory.cache(() => (${expression}), { name: 'value' })()
    await memory.close()`,
  )
  return cli
}

/** What `show` says of the one value that is stored, with `--json`. */
async function shownIn(cli: CommandLine, args: readonly string[] = [], code = 0): Promise<any> {
  const [{ key }] = await cli.json(['ls'])
  return (await cli.json(['show', key, ...args], code))[0].value
}

/** The text of what an expression gives. */
async function textOf(t: ExecutionContext, expression: string, ...args: string[]): Promise<string> {
  return (await shownIn(await store(t, expression), args)).text
}

/** On one line, in the spaces of this library. */
function inspected(value: object): string {
  const text = inspect(value, { breakLength: Infinity, compact: true, maxArrayLength: null })
  return text.replace(/\[ (.*) \]$/, '[$1]')
}

const NUMBERS = [0, -0, 1, -1, 0.1, 255, 65536, 2 ** 31, 1e21, 5e-324, Number.NaN, Infinity, -Infinity]

function source(Kind: (typeof TYPED_ARRAYS)[number]): string {
  return Kind.name.startsWith('Big')
    ? '[0n, -1n, 2n ** 63n, 2n ** 64n - 1n]'
    : `[${NUMBERS.map((one) => (Object.is(one, -0) ? '-0' : String(one))).join(', ')}]`
}

test('typed arrays are shown as Node shows them', async (t) => {
  const text = await textOf(t, `[${TYPED_ARRAYS.map((Kind) => `new ${Kind.name}(${source(Kind)})`).join(', ')}]`)
  const bigs = [0n, -1n, 2n ** 63n, 2n ** 64n - 1n]
  const values = TYPED_ARRAYS.map((Kind) =>
    Kind.name.startsWith('Big') ? new Kind(bigs as any) : new Kind(NUMBERS as any),
  )
  t.is(text, `[${values.map(inspected).join(', ')}]`)
})

test('a large typed array shows its first elements, and how many more there are', async (t) => {
  const kinds = TYPED_ARRAYS.map((Kind) => {
    const one = Kind.name.startsWith('Big') ? '7n' : '7'
    return `${Kind.name}: new ${Kind.name}(100000).fill(${one})`
  })
  const cli = await store(t, `{ ${kinds.join(', ')} }`)
  const expected = TYPED_ARRAYS.map(({ name }) => {
    const one = name.startsWith('Big') ? '7n' : '7'
    return `${name}: ${name}(100000) [${one}, ${one}, ${one}, ... 99997 more]`
  })
  t.deepEqual(await shownIn(cli), { text: `{${expected.join(', ')}}`, isCut: false })
  const longer = (await shownIn(cli, ['--bytes', '1MB'])).text
  t.true(longer.includes('7, 7, 7, 7, 7, 7, 7, 7'))
  t.regex(longer, /7n, \.\.\. 9\d{4} more\]/)
})

test('bytes are shown in hexadecimal', async (t) => {
  const text = await textOf(
    t,
    `{
      buffer: Buffer.from('hello'),
      view: new DataView(new Uint8Array([0, 1, 255]).buffer, 1),
      memory: new ArrayBuffer(800_000),
      shared: new SharedArrayBuffer(2),
      empty: new ArrayBuffer(0),
      none: new Float64Array(0),
    }`,
  )
  const zeros = Array.from({ length: 16 }, () => '00').join(' ')
  t.is(
    text,
    `{buffer: Buffer(5) 68 65 6c 6c 6f, view: DataView(2) 01 ff, memory: ArrayBuffer(800000) ${zeros} ... 799984 more, shared: SharedArrayBuffer(2) 00 00, empty: ArrayBuffer(0), none: Float64Array(0) []}`,
  )
})

test('views show their own part of what they share', async (t) => {
  const expression = `(() => {
    const all = new Uint8Array(100_000).map((_, at) => at)
    return [all.subarray(70_000, 70_003), new Uint16Array(all.buffer, 258, 1), new Uint8Array(all.buffer)]
  })()`
  const expected = '[Uint8Array(3) [112, 113, 114], Uint16Array(1) [770], Uint8Array(100000) [0, 1, 2, ... 99997 more]]'
  t.is(await textOf(t, expression), expected)
  const packed = await store(t, expression, `{ compression: { blobs: 'zstd' } }`)
  t.is((await packed.json(['ls']))[0].compression.blobs, 'zstd')
  t.is((await shownIn(packed)).text, expected)
})

/** An expression, and the text of what it gives. */
const READABLE: readonly (readonly [string, string])[] = [
  ['new Date(1796077360740)', '2026-11-30T22:22:40.740Z'],
  ['new Date(NaN)', 'Invalid Date'],
  ['new Date(-8.64e15)', '-271821-04-20T00:00:00.000Z'],
  ['[-0, NaN, Infinity, -Infinity, 1e21, 1e-7, 0.1]', '[-0, NaN, Infinity, -Infinity, 1e+21, 1e-7, 0.1]'],
  ['[-255n, 2n ** 200n]', `[-255n, ${2n ** 200n}n]`],
  ["[[], {}, new Map(), new Set(), '']", "[[], {}, Map {}, Set {}, '']"],
  ['[1, , , 2]', '[1, 2 empty, 2]'],
  ["{ 'a b': 1, '': 2, x: 3 }", "{'a b': 1, '': 2, x: 3}"],
  [String.raw`['\n', '\\n', "it's"]`, String.raw`['\n', '\\n', 'it\'s']`],
  [
    "new Map([[new Date(0), new Float32Array([0.5])], ['k', { deep: Buffer.from([7]) }]])",
    "Map {1970-01-01T00:00:00.000Z => Float32Array(1) [0.5], 'k' => {deep: Buffer(1) 07}}",
  ],
  ["new Blob(['hi'], { type: 'text/plain' })", "Blob {size: 2, type: 'text/plain', bytes: 68 69}"],
  [
    "new File([new Uint8Array(70_000)], 'a b', { lastModified: 0 })",
    `File {name: 'a b', lastModified: 1970-01-01T00:00:00.000Z, size: 70000, type: '', bytes: ${'00 '.repeat(16)}... 69984 more}`,
  ],
  // What stands there again, and a circle.
  ['(() => { const a = { n: 1 }; return [a, a] })()', '[<ref *1> {n: 1}, [*1]]'],
  ['(() => { const a = {}; a.self = a; return a })()', '<ref *2> {self: [*2]}'],
]

test('values of all kinds can be read', async (t) => {
  const text = await textOf(t, `[${READABLE.map(([expression]) => expression).join(', ')}]`)
  t.is(text, `[${READABLE.map(([, expected]) => expected).join(', ')}]`)
})

test('a big int of thousands of digits is hexadecimal', async (t) => {
  t.is(await textOf(t, '2n ** 10000n', '--bytes', '10kB'), `0x1${'0'.repeat(2500)}n`)
})

test('of an array of 64 MiB the beginning is shown, and what is shown is cut', async (t) => {
  const cli = await store(t, '{ samples: new Float64Array(8 << 20).fill(0.5), after: 1 }')
  const expected = '{samples: Float64Array(8388608) [0.5, 0.5, 0.5, ... 8388605 more], after: 1}'
  t.deepEqual(await shownIn(cli), { text: expected, isCut: false })
  t.deepEqual(await shownIn(cli, ['--bytes', '40']), { text: expected.slice(0, 40), isCut: true })
})

test('where the file of an array is gone or shorter, its value is not there', async (t) => {
  const cli = await store(t, '{ large: new Float64Array(100_000) }')
  const [file] = blobsIn(cli.location)
  truncateSync(file!, 799_999)
  t.deepEqual(await shownIn(cli, [], 1), { reason: 'dangling' })
  rmSync(file!)
  t.deepEqual(await shownIn(cli, [], 1), { reason: 'dangling' })
  const [{ key }] = await cli.json(['ls'])
  t.regex((await cli.said(['show', key])).stdout, /\(cannot be read: dangling\)\n$/)
})

test('where the file of a compressed array is damaged, the array is shown by its length', async (t) => {
  const cli = await store(t, '{ large: new Float64Array(100_000), after: 1 }', `{ compression: { blobs: 'zstd' } }`)
  const [file] = blobsIn(cli.location)
  writeFileSync(file!, Buffer.alloc(readFileSync(file!).length, 7))
  t.deepEqual(await shownIn(cli), { text: '{large: Float64Array(100000), after: 1}', isCut: false })
})

test('nothing in a value is obeyed by a terminal, or makes a line of its own', async (t) => {
  const hostile = String.raw`'\u001B]0;evil\u0007\n\r\u2028\u202E\u009B2J\uD800'`
  const cli = await store(
    t,
    `{
      [${hostile}]: ${hostile},
      map: new Map([[${hostile}, new Set([${hostile}])]]),
      file: new File(['a'], ${hostile}, { type: 'text/plain' }),
      expression: new RegExp(${hostile}),
      error: new Error(${hostile}),
      boxed: new String(${hostile}),
      form: (() => { const form = new FormData(); form.append(${hostile}, ${hostile}); return form })(),
    }`,
  )
  const [{ key }] = await cli.json(['ls'])
  for (const args of [[], ['--json']]) {
    const { code, stdout } = await cli.said(['show', key, '--bytes', '10kB', ...args])
    t.is(code, 0)
    for (const line of stdout.split('\n')) t.notRegex(line, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
    t.true(stdout.trimEnd().split('\n').at(-1)!.includes('FormData'))
  }
})

test('an argument and a value are told in the same words', async (t) => {
  const cli = new CommandLine(t)
  await cli.program(
    'same.mjs',
    `import { Memory } from 'engram'
    const memory = new Memory()
    memory.cache((...all) => all, { name: 'same' })(new Date(0), -255n, "it's\\n", { 'a b': -0 }, new URL('https://x.org/'), [1, , 2])
    await memory.close()`,
  )
  const [{ key }] = await cli.json(['ls'])
  const [shown] = await cli.json(['show', key])
  const told = shown.arguments.filter((one: any) => /^\d$/.test(one.name)).map((one: any) => one.text)
  t.is(shown.value.text, `[${told.join(', ')}]`)
})
