// What the command line says of entries: lists, facts, values, differences, sums.
import test from 'ava'
import { CommandLine } from '../kit/command-line.ts'

test('entries are listed, filtered by function, sorted and limited', async (t) => {
  const cli = new CommandLine(t)
  await cli.fill()
  await cli.program(
    'more.mjs',
    `import { Memory } from 'engram'
    const memory = new Memory({ project: 'shop' })
    memory.cache((n) => new Float64Array(n), { name: 'large' })(1000)
    await memory.close()`,
  )
  const names = async (...args: string[]): Promise<string[]> => (await cli.json(['ls', ...args])).map((one) => one.name)
  t.deepEqual((await names()).toSorted(), ['large', 'user/fill.mjs#load', 'user/fill.mjs#load'])
  t.deepEqual(await names('load'), ['user/fill.mjs#load', 'user/fill.mjs#load'])
  t.deepEqual(await names('user/fill.mjs#load', '--limit', '1'), ['user/fill.mjs#load'])
  t.deepEqual(await names('--project', 'shop'), ['large'])
  t.deepEqual(await names('--sort', 'size', '--limit', '1'), ['large'])
  t.is((await names('--sort', 'size', '--reverse')).at(-1), 'large')
  t.deepEqual(await names('--older-than', '1h'), [])
  t.deepEqual(await names('--superseded'), [])
  const { stdout } = await cli.said(['ls'])
  t.regex(stdout, /^KEY {2,}FUNCTION {2,}SIZE/)
  t.is(stdout.trimEnd().split('\n').length, 4)
})

test('an entry is shown by the beginning of its key: facts, arguments, code, value', async (t) => {
  const cli = new CommandLine(t)
  await cli.fill()
  const [used] = await cli.json(['ls', '--sort', 'hits'])
  const [shown] = await cli.json(['show', used.key.slice(0, 10)])
  t.is(shown.key, used.key)
  t.is(shown.hits, 1)
  t.deepEqual(shown.arguments[0], { kind: 'argument', name: '0', text: "'monday'" })
  t.deepEqual(
    shown.code.find((part: any) => part.kind === 'capture'),
    { kind: 'capture', name: 'scale', text: '3' },
  )
  t.deepEqual(shown.value, { text: String.raw`{day: 'monday', text: 'a\n\x1b[31mb', sum: 18}`, isCut: false })
  const [cut] = await cli.json(['show', used.key, '--bytes', '6'])
  t.deepEqual(cut.value, { text: '{day: ', isCut: true })
  t.is((await cli.json(['show', used.key, '--bytes', '0']))[0].value, undefined)
  // To look at an entry is no use of it.
  t.is((await cli.json(['ls', '--sort', 'hits']))[0].hits, 1)
})

test('two entries are told apart by what their keys were made of', async (t) => {
  const cli = new CommandLine(t)
  await cli.fill()
  const [monday, tuesday] = (await cli.json(['ls', '--sort', 'hits'])).map((one) => one.key as string)
  const [nearest] = await cli.json(['explain', tuesday!])
  t.is(nearest.with, monday)
  t.deepEqual(nearest.changes, [{ part: 'argument', name: '0', before: "'monday'", now: "'tuesday'" }])
  const [asked] = await cli.json(['explain', monday!, tuesday!])
  t.deepEqual(asked.changes, [{ part: 'argument', name: '0', before: "'tuesday'", now: "'monday'" }])
  t.deepEqual((await cli.json(['explain', monday!, monday!]))[0].changes, [])
})

test('what was saved, and the room of each function, are those of all processes', async (t) => {
  const cli = new CommandLine(t)
  await cli.fill()
  const [stats] = await cli.json(['stats'])
  t.like(stats, { hits: 1, misses: 2, entries: 2 })
  t.like(stats.byFunction['user/fill.mjs#load'], { hits: 1, misses: 2, entries: 2 })
  const [use] = await cli.json(['du'])
  t.is(use.entries, 2)
  t.is(use.functions[0].share, 1)
  t.is(use.byteLength, stats.byteLength)
  t.deepEqual((await cli.json(['du', 'other']))[0].functions, [])
  t.regex((await cli.said(['stats'])).stdout, /1 hits, 2 misses \(33 %\)/)
})
