// The commands, in the order in which `engram --help` lists them.
import type { Command } from 'commander'
import { adoptCommand } from './adopt.ts'
import { clearCommand } from './clear.ts'
import { completionCommand } from './completion.ts'
import { diffCommand } from './diff.ts'
import { duCommand } from './du.ts'
import { explainCommand } from './explain.ts'
import { graphCommand } from './graph.ts'
import { localCacheCommand } from './local-cache.ts'
import { lsCommand } from './ls.ts'
import { pathCommand } from './path.ts'
import { planCommand } from './plan.ts'
import { reduceCommand } from './reduce.ts'
import { runCommand } from './run.ts'
import { runsCommand } from './runs.ts'
import { showCommand } from './show.ts'
import { statsCommand } from './stats.ts'
import { verifyCommand } from './verify.ts'

export function commands(): Command[] {
  const all: Command[] = [
    lsCommand(),
    showCommand(),
    explainCommand(),
    statsCommand(),
    duCommand(),
    verifyCommand(),
    reduceCommand(),
    clearCommand(),
    runsCommand(),
    diffCommand(),
    graphCommand(),
    planCommand(),
    runCommand(),
    adoptCommand(),
    localCacheCommand(),
    pathCommand(),
    completionCommand(() => all),
  ]
  return all
}
