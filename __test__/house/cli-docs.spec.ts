import test from 'ava'
import { readFileSync } from 'node:fs'
import { CommandLine } from '../kit/command-line.ts'

const document = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')

/** What differs from one time to the next, and stands for itself in the document. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<moment>'],
  [/\b[0-9a-z]{8}-[0-9a-z]{11}\b/g, '<run>'],
  [/\b[0-9a-f]{64}\b/g, '<digest>'],
  [/\b[0-9a-f]{12}\b/g, '<key>'],
  [/(?<= read, )\d+ B/g, '<size>'],
  [/\b\d+(?:\.\d+)? (?:µs|ms|s)\b/g, '<time>'],
  [/\b(?:now|\d+ (?:s|min))\b/g, '<age>'],
]

/** Without the widths of columns, which depend on the times in them. */
function told(text: string): string {
  return PLACES.reduce((all, [place, word]) => all.replaceAll(place, word), text)
    .replaceAll('<age>', '<time>')
    .split('\n')
    .map((line) => line.replaceAll(/ {2,}/g, '  ').trim())
    .join('\n')
}

test('what docs/cli.md shows is what the command line prints', async (t) => {
  const cli = new CommandLine(t)
  cli.put('package.json', JSON.stringify({ name: 'shop', type: 'module' }))
  for (const [, block] of document.matchAll(/^```js\n(.*?)^```/gms)) cli.put(/^\/\/ (\S+)$/m.exec(block!)![1]!, block!)
  await cli.program('once.mjs', `await import('./prices.mjs')`)
  const [used] = await cli.json(['ls', '--sort', 'hits'])
  let run = ''
  let count = 0
  for (const [, block] of document.matchAll(/^```console\n(.*?)^```/gms))
    for (const [, command, shown] of block!.matchAll(/^\$ engram (.*)\n((?:(?!\$ engram )[^\n]*\n)*)/gm)) {
      const args = command!.replaceAll('<key>', used.key).replaceAll('<run>', run).split(' ')
      // oxlint-disable-next-line no-await-in-loop -- each follows from the one before
      const { code, stdout, stderr } = await cli.said(args)
      t.is(code, 0, `${command}: ${stderr}`)
      const printed = stdout === '' ? stderr : stdout
      t.is(sorted(told(printed.replaceAll(cli.location, '<folder>'))), sorted(told(shown!)), command)
      if (run === '') run = /\(run (\S+)\)/.exec(stdout)?.[1] ?? ''
      count++
    }
  t.true(count > 12)
})

/** Entries of a function are in the order of their keys. */
function sorted(text: string): string {
  return text.split('\n').toSorted().join('\n')
}

test('docs/cli.md has every command and every option', async (t) => {
  const cli = new CommandLine(t)
  const { stdout } = await cli.said(['--help'])
  const commands = Array.from(stdout.matchAll(/^ {2}([a-z][a-z-]*) .*$/gm), ([, name]) => name!).filter(
    (name) => name !== 'help',
  )
  t.true(commands.length >= 17)
  for (const command of commands) {
    t.true(document.includes(`\`${command}`) || document.includes(`engram ${command}`), command)
    // oxlint-disable-next-line no-await-in-loop -- a process after the other
    const help = (await cli.said([command, '--help'])).stdout
    for (const [option] of help.matchAll(/(?<=^ {2})--[a-z-]+/gm))
      t.true(document.includes(option), `${command} ${option}`)
    if (command !== 'local-cache') t.regex(help, /Examples:/)
  }
})
