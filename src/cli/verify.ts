import type { Command } from 'commander'
import type { VerifyReport } from '../report/verify-report.ts'
import { sizeText } from '../words/quantity.ts'
import { type Call, acting, commandOf } from './command.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { shortKey } from './key.ts'
import type { Output } from './output.ts'
import { withStore } from './store.ts'

interface Options {
  readonly repair?: boolean
}

export function verifyCommand(): Command {
  const command = commandOf('verify', 'Read everything back; exit with 1 where something is damaged').option(
    '--repair',
    'drop what is damaged, and files that no entry needs',
  )
  return acting(command, verify, ['verify', 'verify --repair', 'verify --json'])
}

async function verify({ options, location, output }: Call<Options>): Promise<ExitCode> {
  const { repair = false } = options
  const report = await withStore(
    location,
    ({ memory }) => memory.verify({ repair, ...(process.stderr.isTTY && { onProgress: showProgress }) }),
    { writes: repair },
  )
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K')
  const isDamaged = report.corrupt.length + report.dangling.length > 0
  if (output.isJson) output.json({ location, ...report })
  else tell(output, report, repair)
  return isDamaged ? EXIT.failed : EXIT.done
}

function showProgress(done: number, total: number): void {
  process.stderr.write(`\r${done} of ${total} entries`)
}

function tell(output: Output, report: VerifyReport, isRepaired: boolean): void {
  const { entries, blobs, bytes, corrupt, dangling, orphans } = report
  output.line(`${entries} entries and ${blobs} files read, ${sizeText(bytes)}`)
  for (const key of corrupt) output.line(`damaged  ${shortKey(key)}`, 'red')
  for (const key of dangling) output.line(`lacks a file  ${shortKey(key)}`, 'red')
  if (orphans.length > 0) output.line(`${orphans.length} files that no entry needs`)
  const damaged = corrupt.length + dangling.length
  if (damaged + orphans.length === 0) output.line('Nothing is damaged.', 'green')
  else if (isRepaired) output.line(`Dropped: ${damaged} entries, ${orphans.length} files.`)
  else output.line('`engram verify --repair` drops them; a damaged entry is a miss in any case.')
}
