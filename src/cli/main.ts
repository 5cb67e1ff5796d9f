import { Command, CommanderError } from 'commander'
import { VERSION } from '../words/version.ts'
import { commands } from './commands.ts'
import { EXIT, type ExitCode, exitCodeOf } from './exit-code.ts'
import { ModuleFailure, tellThrown } from './module.ts'
import { Output, endWithReader, tellWarnings } from './output.ts'

const EPILOGUE = `
Keys and ids of runs may be cut short, as long as only one begins so.
\`engram <command> --help\` shows the options of a command, and examples.

Exit codes: 0 done; 1 damage was found, a run failed, or the store could not be read; 2 wrong use.

Examples:
  $ engram ls --sort size --limit 10
  $ engram explain 3f9a
  $ engram run etl.ts --input file=a.csv --context learningRate=0.1 --only clean
  $ engram clear --older-than 90d`

endWithReader()
tellWarnings()
void main(process.argv.slice(2)).then((code) => (process.exitCode = code))

/** The exit code. */
async function main(args: readonly string[]): Promise<ExitCode> {
  const program = new Command('engram')
    .description('What is in the cache, why something ran again, how much it saved, and how to get rid of it')
    .version(VERSION, '--version', 'print the version')
    .addHelpText('after', EPILOGUE)
  for (const command of commands()) program.addCommand(command)
  quieten(program)
  try {
    await program.parseAsync(args, { from: 'user' })
    return process.exitCode as ExitCode
  } catch (error) {
    return told(error)
  }
}

/** What the parser finds wrong is thrown, and told as all that goes wrong. */
function quieten(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => {} })
  for (const one of command.commands) quieten(one)
}

function told(error: unknown): ExitCode {
  const output = new Output(false)
  if (error instanceof CommanderError) {
    // Help and version were asked for, and are written.
    if (error.exitCode === 0) return EXIT.done
    if (error.code !== 'commander.help')
      output.note(`engram: ${error.message.replace(/^error: /, '').replaceAll('\n', ' ')}`)
    return EXIT.misused
  }
  output.note(`engram: ${error instanceof Error ? error.message : String(error)}`)
  if (!(error instanceof ModuleFailure)) return exitCodeOf(error)
  tellThrown(output, error.cause)
  return EXIT.failed
}
