import { shown } from '../words/shown.ts'
import { Misuse } from './exit-code.ts'

/** Asks on a terminal before something is dropped. Where nobody can answer, `--yes` has to be given. */
export async function confirmed(question: string, isYes: boolean): Promise<boolean> {
  if (isYes) return true
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new Misuse('Nobody can be asked here: say --yes if all this shall be dropped.')
  const { createInterface } = await import('node:readline/promises')
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await asking.question(`${shown(question)} [y/N] `)).trim())
  } finally {
    asking.close()
  }
}
