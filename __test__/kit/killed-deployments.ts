import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { generator } from './random.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const EPOCHS = 14
/** Longer than the whole of it takes. */
const HANGING_MS = 60_000
/** How long it takes at least until a program has begun, and until it is over. */
const BEGINS_MS = 900
const RUNS_MS = 450

export interface KilledDeployments {
  killed: number
  /** Deployments that were over before the kill, and were made again. */
  repeated: number
  /** Starts that trained what a deployment that was over had seen. */
  lost: number
  hangs: number
  failures: string[]
}

/** Kills examples/deployment.ts at any moment, starts it again, and looks at what both said. */
export async function killDeployments(
  directory: string,
  seed: number,
  rounds: number,
  onRound: (round: number) => void,
): Promise<KilledDeployments> {
  const random = generator(seed)
  const found: KilledDeployments = { killed: 0, repeated: 0, lost: 0, hangs: 0, failures: [] }
  for (let round = 0; round < rounds; round++) {
    onRound(round)
    const location = join(directory, `deployment-${round}`)
    const first = started(location)
    // Some are killed while they begin.
    if (round % 4 !== 0) await Promise.race([once(first.child.stdout, 'data'), first.ended])
    await Promise.race([setTimeout(random() * (round % 4 === 0 ? BEGINS_MS : RUNS_MS)), first.ended])
    first.child.kill('SIGKILL')
    if ((await first.ended) === 'SIGKILL') note(found, first.said(), await resumed(location, found))
  }
  return found
}

async function resumed(location: string, found: KilledDeployments): Promise<string> {
  const second = started(location)
  const isOver = await Promise.race([second.ended, setTimeout(HANGING_MS, 'hangs', { ref: false })])
  if (isOver === 'hangs') {
    found.hangs++
    second.child.kill('SIGKILL')
  } else if (isOver !== 0) found.failures.push(second.complaints())
  return second.said()
}

function note(found: KilledDeployments, before: string, after: string): void {
  found.killed++
  const deployed = epochsIn(before, 'deployment')
  // The last one said so, and may have been killed before it was over.
  const over = deployed.slice(0, -1)
  const again = new Set(epochsIn(after, 'deployment'))
  found.repeated += over.filter((epoch) => again.has(epoch)).length
  if ((epochsIn(after, 'training')[0] ?? Infinity) <= (over.at(-1) ?? 0)) found.lost++
}

function epochsIn(text: string, work: string): number[] {
  return Array.from(text.matchAll(new RegExp(`^${work}: epoch (\\d+)`, 'gm')), ([, epoch]) => Number(epoch))
}

function started(location: string) {
  const args = ['--import=tsx', 'examples/deployment.ts', '--epochs', String(EPOCHS), '--count', '700']
  const child = spawn(process.execPath, [...args, '--location', location], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [said, complaints] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text))
  const ended = once(child, 'close').then(([code, signal]): unknown => signal ?? code)
  return { child, ended, said: () => said, complaints: () => complaints }
}
