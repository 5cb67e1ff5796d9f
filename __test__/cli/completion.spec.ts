// Scripts that shells read to complete commands and options.
import test from 'ava'
import { execFileSync } from 'node:child_process'
import { CommandLine } from '../kit/command-line.ts'

const has = (shell: string): boolean => {
  try {
    execFileSync(shell, ['--version'])
    return true
  } catch {
    return false
  }
}

test('each script has every command and its options', async (t) => {
  const cli = new CommandLine(t)
  const { stdout } = await cli.said(['--help'])
  const commands = Array.from(stdout.matchAll(/^ {2}([a-z][a-z-]*) .*$/gm), ([, name]) => name!).filter(
    (name) => name !== 'help',
  )
  for (const shell of ['bash', 'zsh', 'fish']) {
    // oxlint-disable-next-line no-await-in-loop -- a process after the other
    const script = (await cli.said(['completion', shell])).stdout
    for (const word of [...commands, 'older-than', 'context', 'max-bytes', 'clear'])
      t.true(script.includes(word), `${shell} ${word}`)
    // oxlint-disable-next-line no-await-in-loop -- as above
    const [{ script: told }] = await cli.json(['completion', shell])
    t.is(`${told}\n`, script)
  }
})

;(has('bash') ? test : test.skip)('bash completes commands, options and what comes after local-cache', async (t) => {
  const cli = new CommandLine(t)
  cli.put('engram.bash', (await cli.said(['completion', 'bash'])).stdout)
  const completed = (...words: string[]): string[] => {
    const program = `source engram.bash; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _engram; echo "\${COMPREPLY[@]}"`
    return execFileSync('bash', ['-c', program], { cwd: cli.directory, encoding: 'utf8' }).trim().split(' ')
  }
  t.deepEqual(completed('engram', 'exp'), ['explain'])
  t.deepEqual(completed('engram', 'ls', '--so'), ['--sort'])
  t.deepEqual(completed('engram', 'local-cache', 'c'), ['clear'])
  t.true(completed('engram', "''").includes('run'))
})

for (const shell of ['zsh', 'fish'])
  (has(shell) ? test : test.skip)(`${shell} reads its script`, async (t) => {
    const cli = new CommandLine(t)
    cli.put('engram.script', (await cli.said(['completion', shell])).stdout)
    t.notThrows(() => execFileSync(shell, ['-n', 'engram.script'], { cwd: cli.directory }))
  })
