import { Command } from 'commander'
import { resolve } from 'node:path'
import { locationFrom } from '../option/default-location.ts'
import type { ExitCode } from './exit-code.ts'
import { Output } from './output.ts'

/** What every command is told. */
export interface Call<O = object> {
  readonly args: readonly string[]
  readonly options: O
  /** Absolute path of the store's directory. */
  readonly location: string
  /** Whether the user named it. */
  readonly isNamed: boolean
  readonly output: Output
}

export type Action<O> = (call: Call<O>) => Promise<ExitCode | undefined | void>

interface Common {
  readonly location?: string
  readonly json?: boolean
}

/** A command with the options that all of them have. */
export function commandOf(usage: string, summary: string): Command {
  return new Command(usage)
    .description(summary)
    .option('--location <folder>', 'the store; default: ENGRAM_LOCATION, or .engram beside the nearest package.json')
    .option('--json', 'print JSON')
    .allowExcessArguments(false)
}

/** Has a command do something, and says how it is used. */
export function acting<O extends object>(command: Command, action: Action<O>, examples: readonly string[]): Command {
  const shownExamples = examples.map((example) => `  $ engram ${example}`)
  return command.addHelpText('after', ['', 'Examples:', ...shownExamples].join('\n')).action(async () => {
    const { location, json = false, ...options } = command.opts<Common>()
    process.exitCode =
      (await action({
        args: command.args,
        options: options as O,
        location: location === undefined ? locationFrom(process.cwd()) : resolve(location),
        isNamed: location !== undefined,
        output: new Output(json),
      })) ?? 0
  })
}
