import { setTimeout as sleep } from 'node:timers/promises'
import { PATIENCE_MS, eventually } from './deadline.ts'
import { Load, type Loaded } from './load.ts'
import { ownerAmong } from './lock-holder.ts'
import { judge, type Verdict, Violations } from './oracle.ts'
import { generator } from './random.ts'

export interface KillRounds {
  directory: string
  seed: number
  rounds: number
  processes: number
  /** From one kill to the next, half as much to half as much again. */
  pauseMs: number
  onRound?: (round: number) => void
}

export interface KillRoundsVerdict extends Verdict {
  kills: number
  ownersKilled: number
}

/** How often the owner is chosen on purpose. */
const OWNER_SHARE = 0.3

/** Kills one of some processes under load, again and again, then looks whether anything was lost or done twice. */
export async function killRounds(options: KillRounds): Promise<KillRoundsVerdict> {
  const { directory, seed, rounds, processes, pauseMs, onRound } = options
  const load = new Load(directory, seed)
  const violations = new Violations()
  const random = generator(seed)
  let ownersKilled = 0
  try {
    for (let number = 0; number < processes; number++) load.start()
    for (let round = 0; round < rounds; round++) {
      await sleep(pauseMs * (0.5 + random()))
      await underLoad(load)
      const { victim, isOwner } = choose(load, random)
      victim.kill()
      if (isOwner) ownersKilled++
      replace(load, processes, violations)
      onRound?.(round)
    }
    await end(load, violations)
  } finally {
    load.killAll()
  }
  await Promise.all(load.processes.map(({ ended }) => ended))
  return { ...(await judge(load, violations)), kills: rounds, ownersKilled }
}

function choose({ running, location }: Load, random: () => number): { victim: Loaded; isOwner: boolean } {
  const owner = ownerAmong(
    running.map(({ pid }) => pid),
    location,
  )
  const wantsOwner = random() < OWNER_SHARE
  const any = running[Math.floor(random() * running.length)]!
  const victim = (wantsOwner && running.find(({ pid }) => pid === owner)) || any
  return { victim, isOwner: victim.pid === owner }
}

/** Waits until some call has returned since the last kill: on a busy machine, processes take long to start. */
async function underLoad({ running, processes }: Load): Promise<void> {
  const killedAt = processes.reduce((last, each) => ((each.killedAt ?? 0n) > last ? each.killedAt! : last), 0n)
  const hasGoneOn = (each: Loaded): boolean => each.returned().some(({ endedAt }) => endedAt > killedAt)
  await eventually('a call returns', () => running.some(hasGoneOn))
}

/** Keeps as many running; who hangs is killed and noted. */
function replace(load: Load, processes: number, violations: Violations): void {
  for (const each of load.running) {
    if (!each.hangs()) continue
    violations.add('hang', each.name)
    each.kill()
  }
  while (load.running.length < processes) load.start()
}

/** All that are left end by themselves. */
async function end(load: Load, violations: Violations): Promise<void> {
  load.stop()
  const left = load.running
  await Promise.race([Promise.all(left.map(({ ended }) => ended)), sleep(PATIENCE_MS, undefined, { ref: false })])
  for (const each of left) if (!each.hasEnded) violations.add('hang', `${each.name} does not end`)
}
