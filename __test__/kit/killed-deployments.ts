import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { PATIENCE_MS } from './deadline.ts'
import { Program } from './program.ts'

export interface KilledDeployments {
  killed: number
  /** Calls that were over before the kill, and began again. */
  repeated: number
  /** Checkpoints of the training or of the app that were kept before the kill, and not found after it. */
  lost: number
  hangs: number
  failures: string[]
}

/** How often a moment is tried, if the program has ended before. */
const MOST_TRIES = 10

/**
 * Kills the program `deployment` at so many moments, spread evenly over a run of it, starts it again, and compares what both
 * said. A moment is some time after a line that the program says: it stays where it is in the run, however busy the machine.
 */
export async function killDeployments(
  directory: string,
  rounds: number,
  onRound: (round: number) => void = () => {},
): Promise<KilledDeployments> {
  const found: KilledDeployments = { killed: 0, repeated: 0, lost: 0, hangs: 0, failures: [] }
  // The first one compiles.
  for (const each of ['compiled', 'warm']) await offsetsOf(join(directory, each))
  const offsets = await offsetsOf(join(directory, 'timed'))
  for (let round = 0; round < rounds; round++) {
    onRound(round)
    const momentMs = (offsets.at(-1)! * (round + 0.5)) / rounds
    const lines = offsets.filter((offset) => offset <= momentMs).length
    const pauseMs = momentMs - (offsets[lines - 1] ?? 0)
    for (let again = 0; again < MOST_TRIES; again++) {
      const location = join(directory, `${round}-${again}`)
      const before = await killedAt(location, lines, pauseMs)
      if (before === undefined) continue
      found.killed++
      await goOn(location, before, found)
      break
    }
  }
  return found
}

/** When an undisturbed run says each of its lines, and when it is over: milliseconds from its start. */
async function offsetsOf(location: string): Promise<number[]> {
  const program = started(location)
  const begunAt = performance.now()
  const offsets: number[] = []
  await program.until((stdout) => {
    while (offsets.length < linesOf(stdout).length) offsets.push(performance.now() - begunAt)
    return false
  })
  const { code, stderr } = await program.ending
  if (code !== 0) throw new Error(stderr)
  return [...offsets, performance.now() - begunAt]
}

/** What a program said until it was killed; undefined where it ended before. */
async function killedAt(location: string, lines: number, pauseMs: number): Promise<string[] | undefined> {
  const program = started(location)
  await program.until((stdout) => linesOf(stdout).length >= lines)
  await Promise.race([setTimeout(pauseMs), program.ending])
  program.kill('SIGKILL')
  const { signal, stdout } = await program.ending
  return signal === 'SIGKILL' ? linesOf(stdout) : undefined
}

async function goOn(location: string, before: readonly string[], found: KilledDeployments): Promise<void> {
  const versions = saidIn(before, 'version').map(([id, epoch]) => `${id}=${epoch}`)
  const program = started(location, ...versions)
  if ((await Promise.race([program.ending, setTimeout(PATIENCE_MS / 2, 'hangs', { ref: false })])) === 'hangs') {
    found.hangs++
    return program.kill('SIGKILL')
  }
  const { code, stdout, stderr } = await program.ending
  const after = linesOf(stdout)
  const [[ended] = []] = saidIn(after, 'end')
  if (code !== 0 || stderr !== '') found.failures.push(`exit ${code}: ${stderr}`)
  else if (!saidIn([...before, ...after], 'over').some(([work, epoch]) => work === 'deployment' && epoch === ended))
    found.failures.push(`the last epoch was not deployed: ${[...before, '…', ...after].join('\n')}`)
  found.repeated += repeatedIn(before, after)
  found.lost += lostIn(before, after)
}

function repeatedIn(before: readonly string[], after: readonly string[]): number {
  const over = saidIn(before, 'over').map(([work, epoch]) => (work === 'training' ? work : `${work} ${epoch}`))
  const again = saidIn(after, 'begins').map(([work, epoch]) => (work === 'training' ? work : `${work} ${epoch}`))
  return again.filter((call, index) => over.includes(call) || again.indexOf(call) < index).length
}

function lostIn(before: readonly string[], after: readonly string[]): number {
  const kept = [...saidIn(before, 'over').map(([, epoch]) => epoch), ...saidIn(before, 'kept').map(([epoch]) => epoch)]
  const goneOnFrom = [...saidIn(after, 'found').map(([epoch]) => epoch), ...epochsOfTraining(after)].map(Number)
  const lost = Math.max(0, ...kept.map(Number)) - Math.min(...goneOnFrom)
  const restored = new Set(saidIn(after, 'restored').map(([id]) => id))
  return Math.max(0, lost) + saidIn(before, 'version').filter(([id]) => !restored.has(id)).length
}

function epochsOfTraining(lines: readonly string[]): (string | undefined)[] {
  return saidIn(lines, 'begins').flatMap(([work, epoch]) => (work === 'training' ? [epoch] : []))
}

/** What follows a word at the beginning of lines. */
function saidIn(lines: readonly string[], word: string): string[][] {
  return lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.split(' ').slice(1))
}

/** Those that are whole. */
function linesOf(stdout: string): string[] {
  return stdout.split('\n').slice(0, -1)
}

function started(location: string, ...versions: string[]): Program {
  return new Program('deployment.ts', location, ...versions)
}
