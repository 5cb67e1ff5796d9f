// What is written: no control character of a program's gets through, colours are for terminals, lines fit.
import test from 'ava'
import fc from 'fast-check'
import { execFileSync, spawn } from 'node:child_process'
import { Table } from '../../src/cli/table.ts'
import { jsonText, widthOf } from '../../src/cli/text.ts'
import { shown } from '../../src/words/shown.ts'
import { CommandLine } from '../kit/command-line.ts'

const HOSTILE = 'evil\u001B[31m\nname\u202E\u009B2J\r\u0007\u2028'
/** What must not be in any output, but for our own line breaks. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

test('no hostile name of a function, file, step, run or value gets through', async (t) => {
  const cli = new CommandLine(t)
  const name = JSON.stringify(HOSTILE)
  cli.put(
    'etl.mjs',
    `import { Pipeline, step } from 'engram'
    export const etl = new Pipeline(${name})
      .addStep(step((one) => ({ [one]: one }), { name: ${name}, inputs: ['one'] }))
      .addStep(step(() => { throw new Error(${name}) }, { name: ${name} + '2' }))`,
  )
  const runs = [
    await cli.said(['plan', 'etl.mjs', '--input', `one=${HOSTILE}`]),
    await cli.said(['run', 'etl.mjs', '--input', `one=${HOSTILE}`]),
    await cli.said(['graph', 'etl.mjs']),
  ]
  t.is(runs[1]!.code, 1, runs[1]!.stderr)
  const [entry] = await cli.json(['ls'])
  const outputs = [...runs]
  for (const args of [
    ['ls'],
    ['show', entry.key],
    ['stats'],
    ['du'],
    ['runs'],
    ['runs', 'last'],
    ['diff', 'last', 'last'],
    ['graph', 'last'],
    ['verify'],
  ])
    outputs.push(await cli.said(args), await cli.said([...args, '--json']))
  const wrong = [
    ['show', HOSTILE],
    [HOSTILE],
    ['ls', `--${HOSTILE}`],
    ['ls', HOSTILE],
    ['runs', HOSTILE],
    ['run', HOSTILE],
    ['ls', '--location', HOSTILE],
    ['path', '--location', HOSTILE],
    ['ls', '--sort', HOSTILE],
    ['ls', '--limit', HOSTILE],
    ['run', 'etl.mjs', '--export', HOSTILE],
    ['completion', HOSTILE],
  ]
  for (const args of wrong) outputs.push(await cli.said(args))
  for (const { stdout, stderr } of outputs)
    for (const line of [...stdout.split('\n'), ...stderr.split('\n')]) t.notRegex(line, UNSEEN)
  // A line break in a name would be a line of its own.
  for (const { stdout } of outputs) t.false(stdout.split('\n').some((line) => line.startsWith('name')))
  t.regex((await cli.said(['ls'])).stdout, /evil\\x1b\[31m\\nname\\u\{202e\}/)
})

test('any text is shown without control characters, and JSON is still the same value', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      t.notRegex(shown(text), UNSEEN)
      t.notRegex(jsonText({ text }), UNSEEN)
      t.is((JSON.parse(jsonText({ text })) as { text: string }).text, text)
    }),
  )
  t.pass()
})

test('no line of a table is wider than the terminal', (t) => {
  const cells = fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { minLength: 3, maxLength: 3 })
  fc.assert(
    fc.property(fc.array(cells, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 100 }), (given, width) => {
      const rows = given.map((row) => row.map(shown))
      const table = new Table<string[]>(
        [
          { head: 'KEY', text: (row) => row[0]! },
          { head: 'FUNCTION', text: (row) => row[1]!, isFlexible: true },
          { head: 'SIZE', text: (row) => row[2]!, isNumber: true },
        ],
        width,
      )
      for (const line of table.lines(rows)) t.true(widthOf(line) <= width, line)
    }),
  )
  t.pass()
})

test('without a terminal nothing is cut or coloured', async (t) => {
  const cli = new CommandLine(t)
  const name = 'long'.repeat(100)
  await cli.program(
    'long.mjs',
    `import { Memory } from 'engram'
    const memory = new Memory()
    memory.cache((n) => n, { name: '${name}' })(1)
    await memory.close()`,
  )
  const { stdout } = await cli.said(['ls'], { env: { COLUMNS: '20' } })
  t.true(stdout.includes(name))
  t.notRegex(stdout, /\u001B/)
})

// ----------------------------------------------------------------------------------------------------- on a terminal

/** `script` of util-linux gives a process a terminal. */
const hasScript = ((): boolean => {
  try {
    return (
      process.platform === 'linux' && execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux')
    )
  } catch {
    return false
  }
})()
const onTerminal = hasScript ? test : test.skip

/** What a command writes to a terminal of so many columns, where somebody types. */
async function written(
  cli: CommandLine,
  args: string,
  columns: number,
  { types = '', env = {} } = {},
): Promise<string> {
  const command = `stty cols ${columns}; '${process.execPath}' '${cli.binary}' ${args}`
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: cli.directory,
    env: { ...process.env, TERM: 'xterm', NO_COLOR: '', ...env },
  })
  let output = ''
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString()
    if (types !== '' && output.includes('[y/N]')) child.stdin.end(types)
  })
  await new Promise((resolve) => child.once('close', resolve))
  return output.replaceAll('\r\n', '\n')
}

// oxlint-disable-next-line no-control-regex -- these are looked for
const COLOUR = /\u001B\[\d+m/g

onTerminal('on a terminal, lines fit and are coloured, and never under NO_COLOR', async (t) => {
  const cli = new CommandLine(t)
  await cli.fill()
  for (const columns of [20, 40, 80]) {
    const output = await written(cli, 'ls', columns)
    t.regex(output, COLOUR)
    for (const line of output.replaceAll(COLOUR, '').split('\n')) t.true(widthOf(line) <= columns, line)
  }
  t.notRegex(await written(cli, 'ls', 80, { env: { NO_COLOR: '1' } }), COLOUR)
  t.notRegex(await written(cli, 'ls --json', 80), COLOUR)
})

onTerminal('clear asks on a terminal, and drops nothing unless the answer is yes', async (t) => {
  const cli = new CommandLine(t)
  await cli.fill()
  t.regex(await written(cli, 'clear', 80, { types: 'n\n' }), /Drop all entries[^]*Nothing is dropped/)
  t.is((await cli.json(['ls'])).length, 2)
  t.regex(await written(cli, 'clear', 80, { types: 'y\n' }), /Dropped: 2 entries/)
  t.is((await cli.json(['ls'])).length, 0)
})
