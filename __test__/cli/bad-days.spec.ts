// What the command line does where it is used wrongly, and where a store is not as it should be.
import test from 'ava'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { platforms } from '../../src/platform/files.ts'
import { VERSION } from '../../src/words/version.ts'
import { CommandLine } from '../kit/command-line.ts'
import { raiseFormat } from '../kit/newer-format.ts'
import { type Said, saidBy } from '../kit/user-program.ts'

const READING = [
  ['ls'],
  ['show', '0'],
  ['explain', '0'],
  ['stats'],
  ['du'],
  ['verify'],
  ['runs'],
  ['diff', 'a', 'b'],
  ['graph', 'a'],
]
const WRITING = [
  ['clear', '--yes'],
  ['reduce', '--max-entries', '0'],
  ['verify', '--repair'],
]

test('where there is no store, nothing is made and the command ends with 2', async (t) => {
  const cli = new CommandLine(t)
  for (const args of [...READING, ...WRITING]) {
    const said = await cli.said(args)
    t.is(said.code, 2, args.join(' '))
    t.is(said.stdout, '')
    t.regex(said.stderr, /There is no store at .*--location/)
  }
  mkdirSync(join(cli.directory, 'photos'))
  cli.put('photos/a.jpg', '')
  const said = await cli.said(['clear', '--yes', '--location', 'photos'])
  t.is(said.code, 2)
  t.regex(said.stderr, /photos is no store/)
  t.deepEqual(readdirSync(join(cli.directory, 'photos')), ['a.jpg'])
  t.false(readdirSync(cli.directory).includes('.engram'))
})

test('wrong use ends with 2 and says what is wrong on one line', async (t) => {
  const cli = new CommandLine(t)
  await cli.fill()
  const wrong = [
    ['nonsense'],
    ['ls', '--nonsense'],
    ['ls', 'one', 'two'],
    ['ls', '--limit', '0'],
    ['ls', '--limit', 'many'],
    ['ls', '--sort', 'colour'],
    ['ls', '--sort', 'constructor'],
    ['ls', '--reverse'],
    ['ls', '--older-than', 'long'],
    ['show'],
    ['show', 'xyz'],
    ['show', 'f'.repeat(64)],
    ['show', '0'.repeat(65)],
    ['show', '0', '--bytes', 'few'],
    ['runs', 'nothing'],
    ['runs', ''],
    ['runs', '--state', 'odd'],
    ['completion', 'powershell'],
    ['completion', 'constructor'],
  ]
  for (const args of wrong) {
    const { code, stdout, stderr } = await cli.said(args)
    t.is(code, 2, args.join(' '))
    t.is(stdout, '', args.join(' '))
    t.regex(stderr, /^engram: .+\n$/, args.join(' '))
  }
  t.is((await cli.said([])).code, 2)
  for (const args of [['--help'], ['ls', '--help'], ['--version']]) t.is((await cli.said(args)).code, 0)
})

test('an argument that looks like an option is one after --', async (t) => {
  const cli = new CommandLine(t)
  await cli.program(
    'odd.mjs',
    `import { Memory } from 'engram'
    const memory = new Memory()
    memory.cache((n) => n, { name: '--json' })(1)
    await memory.close()`,
  )
  t.is((await cli.json(['ls', '--', '--json']).catch(() => [])).length, 0)
  t.regex((await cli.said(['ls', '--', '--json'])).stdout, /--json/)
  t.is((await cli.said(['clear', '--yes', '--', '--json'])).stdout, 'Dropped: 1 entries.\n')
})

test('several keys with one beginning are named', async (t) => {
  const cli = new CommandLine(t)
  await cli.fillMany(100)
  const keys = (await cli.json(['ls'])).map((one) => one.key as string)
  const digit = keys.map((key) => key[0]).find((one) => keys.filter((key) => key[0] === one).length > 1)!
  const said = await cli.said(['show', digit])
  t.is(said.code, 2)
  t.regex(said.stderr, /Several keys begin with/)
  for (const key of keys.slice(0, 5)) t.is((await cli.json(['show', key.slice(0, 12).toUpperCase()]))[0].key, key)
})

test('a pager that is closed early ends the command without a word', async (t) => {
  const cli = new CommandLine(t)
  await cli.fillMany(5000)
  const child = cli.start(['ls', '--json'])
  child.stdout!.once('data', () => child.stdout!.destroy())
  let stderr = ''
  child.stderr!.on('data', (text) => (stderr += text))
  const [code] = (await once(child, 'exit')) as [number]
  t.is(code, 0)
  t.is(stderr, '')
})

test('it works beside a program that owns the store', async (t) => {
  const cli = new CommandLine(t)
  cli.put(
    'owner.mjs',
    `import { Memory } from 'engram'
    const memory = new Memory()
    const f = memory.cache(function f(n) { return 'value of ' + n }, { name: 'f' })
    for (let n = 0; n < 600; n++) f(n)
    f(7)
    console.log(memory.stats().role)
    process.stdin.on('data', () => memory.close().then(() => process.exit()))`,
  )
  const owner = spawn(process.execPath, ['owner.mjs'], { cwd: cli.directory, stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => owner.kill())
  const [role] = (await once(owner.stdout, 'data')) as [Buffer]
  t.is(String(role).trim(), 'owner')
  t.is((await cli.json(['ls'])).length, 600)
  const [used] = await cli.json(['ls', '--sort', 'hits', '--limit', '1'])
  t.is(used.hits, 1)
  const [shown] = await cli.json(['show', used.key])
  t.is(shown.value.text, "'value of 7'")
  t.is((await cli.json(['explain', used.key]))[0].changes.length, 1)
  t.is((await cli.json(['stats']))[0].entries, 600)
  t.is((await cli.json(['verify']))[0].entries, 600)
  t.is((await cli.json(['reduce', '--max-entries', '100']))[0].entries, 500)
  t.is((await cli.json(['clear', '--yes']))[0].entries, 100)
  owner.stdin.end('end')
})

const isRoot = process.getuid?.() === 0

;(isRoot ? test : test.skip)(
  'a store that another user may only read can be looked at, and is not changed',
  async (t) => {
    const cli = new CommandLine(t)
    await cli.fill()
    await cli.program(
      'run.mjs',
      `import { Pipeline, step } from 'engram'
    await new Pipeline('p').addStep(step(function one() { return 1 })).run({ progress: 'none' })`,
    )
    execFileSync('chmod', ['-R', 'a+rX', cli.location])
    const as = { uid: 65534 }
    const files = (): string => readdirSync(cli.location, { recursive: true }).toSorted().join('\n')
    const before = files()
    const key = (await cli.json(['ls', 'load']))[0].key as string
    for (const args of [
      ['ls'],
      ['show', key],
      ['explain', key],
      ['stats'],
      ['du'],
      ['verify'],
      ['runs'],
      ['runs', 'last'],
      ['graph', 'last'],
    ]) {
      const said = await cli.said(args, as)
      t.is(said.code, 0, `${args.join(' ')}: ${said.stderr}`)
      t.not(said.stdout, '')
    }
    t.is((await cli.said(['clear', '--yes'], as)).code, 1)
    t.is((await cli.said(['reduce', '--max-entries', '0'], as)).code, 1)
    t.is(files(), before)
    t.is((await cli.json(['ls'])).length, 3)
    chmodSync(cli.location, 0o700)
    t.is((await cli.said(['ls'], as)).code, 2)
  },
)

test('a store of a newer format is not touched, and the command ends with 1', async (t) => {
  const cli = new CommandLine(t)
  await cli.fill()
  raiseFormat(cli.location)
  for (const args of [['ls'], ['stats'], ['runs'], ['verify'], ['clear', '--yes']]) {
    const said = await cli.said(args)
    t.is(said.code, 1, args.join(' '))
    t.is(said.stdout, '')
    t.regex(said.stderr, /^engram: .*format.*\n$/)
  }
})

test('help needs no core; what opens a store says that it is missing, damaged or of another version', async (t) => {
  const cli = new CommandLine(t)
  await cli.fill()
  const alone = join(cli.directory, 'alone')
  for (const file of ['dist', 'package.json', 'npm/binding.cjs'])
    cpSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), join(alone, file), { recursive: true })
  const said = (...args: string[]): Promise<Said> => {
    const cwd = cli.directory
    const stdio = ['ignore', 'pipe', 'pipe'] as const
    return saidBy(spawn(process.execPath, [join(alone, 'dist/cli/engram.cjs'), ...args], { cwd, stdio: [...stdio] }))
  }
  for (const args of [['--help'], ['show', '--help'], ['path'], ['completion', 'bash']])
    t.is((await said(...args)).code, 0)
  const refuses = async (why: RegExp): Promise<void> => {
    const { code, stdout, stderr } = await said('ls')
    t.is(code, 1)
    t.is(stdout, '')
    t.regex(stderr, why)
  }
  await refuses(/@engram\//)
  for (const platform of platforms) cli.put(`alone/native/engram.${platform}.node`, 'damaged')
  await refuses(/@engram\//)
  rmSync(join(alone, 'native'), { recursive: true })
  symlinkSync(fileURLToPath(new URL('../../native', import.meta.url)), join(alone, 'native'))
  const script = join(alone, 'dist/engram.cjs')
  writeFileSync(script, readFileSync(script, 'utf8').replace(`VERSION="${VERSION}"`, 'VERSION="9.9.9"'))
  await refuses(/engram 9\.9\.9 found a core of version/)
})
