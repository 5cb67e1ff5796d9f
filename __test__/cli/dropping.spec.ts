// Commands that drop something, and the one that reads everything back.
import test from 'ava'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CommandLine } from '../kit/command-line.ts'
import { blobsIn } from '../kit/files.ts'

const FILES = `import { Memory } from 'engram'
  const memory = new Memory()
  memory.cache((n) => new Float64Array(n), { name: 'large' })(100_000)
  await memory.close()`

test('clear in a script needs --yes, and drops what a filter says', async (t) => {
  const cli = new CommandLine(t)
  await cli.fill()
  await cli.program('files.mjs', FILES)
  const refused = await cli.said(['clear'])
  t.is(refused.code, 2)
  t.is((await cli.json(['ls'])).length, 3)
  t.deepEqual(await cli.json(['clear', 'load', '--older-than', '1h', '--yes']), [
    { location: cli.location, entries: 0 },
  ])
  t.is((await cli.json(['clear', 'load', '--yes']))[0].entries, 2)
  t.is((await cli.json(['clear', '--yes']))[0].entries, 1)
  t.deepEqual(await cli.json(['ls']), [])
})

test('clear drops one entry by the beginning of its key', async (t) => {
  const cli = new CommandLine(t)
  await cli.fill()
  const [first, second] = (await cli.json(['ls'])).map((one) => one.key as string)
  t.is((await cli.json(['clear', '--key', first!.slice(0, 12), '--yes']))[0].entries, 1)
  t.deepEqual(
    (await cli.json(['ls'])).map((one) => one.key),
    [second],
  )
  t.is((await cli.said(['clear', '--key', first!, '--yes'])).code, 2)
  t.is((await cli.said(['clear', '--key', '', '--yes'])).code, 2)
  t.is((await cli.json(['ls'])).length, 1)
})

test('reduce applies limits, and needs one', async (t) => {
  const cli = new CommandLine(t)
  await cli.fill()
  t.is((await cli.said(['reduce'])).code, 2)
  t.is((await cli.json(['reduce', '--max-bytes', '1GB']))[0].entries, 0)
  t.is((await cli.json(['reduce', '--max-entries', '1']))[0].entries, 1)
  t.is((await cli.json(['reduce', '--max-entries', '0']))[0].entries, 1)
  t.is((await cli.said(['reduce', '--max-entries', '-1'])).code, 2)
  t.is((await cli.said(['reduce', '--max-bytes', 'much'])).code, 2)
})

test('verify ends with 1 where something is damaged, and repairs', async (t) => {
  const cli = new CommandLine(t)
  await cli.program('files.mjs', FILES)
  const [whole] = await cli.json(['verify'])
  t.like(whole, { entries: 1, corrupt: [], dangling: [] })
  const [{ key }] = await cli.json(['ls'])
  writeFileSync(blobsIn(cli.location)[0]!, Buffer.alloc(800_000, 7))
  t.deepEqual((await cli.json(['verify'], 1))[0].corrupt, [key])
  const said = await cli.said(['verify'])
  t.is(said.code, 1)
  t.regex(said.stdout, new RegExp(key.slice(0, 12)))
  t.is((await cli.json(['verify', '--repair'], 1))[0].dropped, 1)
  t.deepEqual((await cli.json(['verify']))[0].corrupt, [])
})

test('local-cache clear drops the results of tasks that have no memory, and is content where there are none', async (t) => {
  const cli = new CommandLine(t)
  const env = { ENGRAM_LOCAL_CACHE: join(cli.directory, 'local') }
  t.is((await cli.said(['local-cache', 'clear', '--yes'], { env })).code, 0)
  await cli.program(
    'tasks.mjs',
    `import { task } from 'engram'
    process.env.ENGRAM_LOCAL_CACHE = ${JSON.stringify(env.ENGRAM_LOCAL_CACHE)}
    const double = task(function double({ n }) { return 2 * n }, { cache: true, cacheVersion: '1' })
    await double({ n: 2 })`,
  )
  t.is((await cli.said(['local-cache', 'clear'], { env })).code, 2)
  const { stdout } = await cli.said(['local-cache', 'clear', '--yes', '--json'], { env })
  t.deepEqual(JSON.parse(stdout), { location: env.ENGRAM_LOCAL_CACHE, entries: 1 })
})
