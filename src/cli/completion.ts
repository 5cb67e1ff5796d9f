import type { Command } from 'commander'
import { type Call, acting, commandOf } from './command.ts'
import { Misuse } from './exit-code.ts'

/** A command as a shell completes it. */
interface Word {
  readonly name: string
  readonly summary: string
  readonly options: readonly { readonly name: string; readonly summary: string }[]
  readonly subcommands: readonly string[]
}

const SHELLS: Readonly<Record<string, (words: readonly Word[]) => string>> = { bash, zsh, fish }

/** @param all - What is completed: the commands of the program. */
export function completionCommand(all: () => readonly Command[]): Command {
  const command = commandOf('completion', 'Print a script that completes commands and options in a shell').argument(
    '<shell>',
    'bash, zsh or fish',
  )
  const act = async ({ args: [shell], output }: Call): Promise<void> => {
    const write = Object.hasOwn(SHELLS, shell!) ? SHELLS[shell!] : undefined
    if (write === undefined) throw new Misuse(`There is no completion for '${shell}': bash, zsh or fish.`)
    const script = write(all().map(wordOf))
    if (output.isJson) output.json({ shell, script })
    else output.text(script)
  }
  return acting(command, act, [
    'completion bash >> ~/.bashrc',
    'completion zsh > ~/.zfunc/_engram',
    'completion fish > ~/.config/fish/completions/engram.fish',
  ])
}

function wordOf(command: Command): Word {
  const options = command.options.map(({ long, description }) => ({ name: long!, summary: description }))
  return {
    name: command.name(),
    summary: command.description(),
    options: [...options, { name: '--help', summary: 'say how it is used' }],
    subcommands: command.commands.map((one) => one.name()),
  }
}

function bash(words: readonly Word[]): string {
  const cases = words.map(({ name, options, subcommands }) => {
    const own = [...subcommands, ...options.map((option) => option.name)]
    return `    ${name}) words="${own.join(' ')}" ;;`
  })
  return [
    '_engram() {',
    '  local words current="${COMP_WORDS[COMP_CWORD]}"',
    '  case "${COMP_WORDS[1]}" in',
    ...cases,
    `    *) words="${words.map(({ name }) => name).join(' ')} --help --version" ;;`,
    '  esac',
    `  [ "$COMP_CWORD" -eq 1 ] && words="${words.map(({ name }) => name).join(' ')} --help --version"`,
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -o default -F _engram engram',
  ].join('\n')
}

function zsh(words: readonly Word[]): string {
  const cases = words.map(({ name, options, subcommands }) => {
    const own = options.map((option) => quotedForShell(`${option.name}[${plain(option.summary)}]`))
    const first =
      subcommands.length === 0
        ? quotedForShell('*:file:_files')
        : quotedForShell(`1:command:(${subcommands.join(' ')})`)
    return `    ${name}) _arguments ${[...own, first].join(' ')} ;;`
  })
  const commands = words.map(({ name, summary }) => `    ${quotedForShell(`${name}:${plain(summary)}`)}`)
  return [
    '#compdef engram',
    '_engram() {',
    '  local -a commands=(',
    ...commands,
    '  )',
    '  if (( CURRENT == 2 )); then _describe command commands; return; fi',
    '  local command=$words[2]',
    '  shift words; (( CURRENT-- ))',
    '  case $command in',
    ...cases,
    '  esac',
    '}',
    // In a folder of completions, zsh runs this file as the function; elsewhere it is read once.
    'if [ "$funcstack[1]" = _engram ]; then _engram "$@"; else compdef _engram engram; fi',
  ].join('\n')
}

function fish(words: readonly Word[]): string {
  const lines = words.flatMap(({ name, summary, options, subcommands }) => [
    `complete -c engram -n __fish_use_subcommand -a ${name} -d ${quotedForShell(summary)}`,
    ...subcommands.map((one) => `complete -c engram -n '__fish_seen_subcommand_from ${name}' -a ${one}`),
    ...options.map(
      (option) =>
        `complete -c engram -n '__fish_seen_subcommand_from ${name}' -l ${option.name.slice(2)} -d ${quotedForShell(option.summary)}`,
    ),
  ])
  return lines.join('\n')
}

/** Without what parts a description from other things in zsh's lists. */
function plain(text: string): string {
  return text.replaceAll(/[:[\]\\]/g, ' ')
}

/** In quotes of which bash, zsh and fish have one idea, as long as there are none within. */
function quotedForShell(text: string): string {
  return `'${text.replaceAll("'", '’')}'`
}
