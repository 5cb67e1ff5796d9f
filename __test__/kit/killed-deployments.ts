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
  /** What was said before and after the kill, where that is not as it should be. */
  examples: string[]
}

/**
 * Kills the program `deployment` at so many moments, spread evenly over a run of it, starts it again, and compares what both
 * said. A moment is some time after a line that the program says: it stays where it is in the run, however busy the machine.
 */
export async function killDeployments(
  directory: string,
  rounds: number,
  onRound: (round: number) => void = () => {},
): Promise<KilledDeployments> {
  const found: KilledDeployments = { killed: 0, repeated: 0, lost: 0, hangs: 0, failures: [], examples: [] }
  // The first one compiles.
  for (const each of ['compiled', 'warm']) await offsetsOf(join(directory, each))
  const offsets = await offsetsOf(join(directory, 'timed'))
  for (let round = 0; round < rounds; round++) {
    onRound(round)
    const momentMs = (offsets.at(-1)! * (round + 0.5)) / rounds
    const lines = offsets.filter((offset) => offset <= momentMs).length
    const pauseMs = momentMs - (offsets[lines - 1] ?? 0)
    const location = join(directory, String(round))
    const before = await killedAt(location, lines, pauseMs)
    found.killed++
    await goOn(location, before, found)
  }
  return found
}

/** When an undisturbed run says each of its lines: milliseconds from its start. */
async function offsetsOf(location: string): Promise<number[]> {
  const program = started(location, 'rest')
  const begunAt = performance.now()
  const offsets: number[] = []
  await program.until((stdout) => {
    const lines = linesOf(stdout)
    while (offsets.length < lines.length) offsets.push(performance.now() - begunAt)
    return lines.includes('done')
  })
  program.kill('SIGKILL')
  const { signal, stderr } = await program.ending
  if (signal !== 'SIGKILL') throw new Error(stderr)
  return offsets
}

/** What a program said until it was killed. */
async function killedAt(location: string, lines: number, pauseMs: number): Promise<string[]> {
  const program = started(location, 'rest')
  await program.until((stdout) => linesOf(stdout).length >= lines)
  await Promise.race([setTimeout(pauseMs), program.ending])
  program.kill('SIGKILL')
  const { signal, stdout, stderr } = await program.ending
  if (signal !== 'SIGKILL') throw new Error(stderr)
  return linesOf(stdout)
}

async function goOn(location: string, before: readonly string[], found: KilledDeployments): Promise<void> {
  const versions = saidIn(before, 'version').map(([id, epoch]) => `${id}=${epoch}`)
  const program = started(location, 'end', ...versions)
  if ((await Promise.race([program.ending, setTimeout(PATIENCE_MS / 2, 'hangs', { ref: false })])) === 'hangs') {
    found.hangs++
    return program.kill('SIGKILL')
  }
  const { code, stdout, stderr } = await program.ending
  const after = linesOf(stdout)
  const [[ended] = []] = saidIn(after, 'end')
  const isDeployed = saidIn([...before, ...after], 'begins').some(
    ([work, epoch]) => work !== 'training' && epoch === ended,
  )
  if (code !== 0 || stderr !== '') found.failures.push(`exit ${code}: ${stderr}`)
  else if (!isDeployed) found.failures.push('the last epoch was not deployed')
  const [repeated, lost] = [repeatedIn(before, after), lostIn(before, after)]
  found.repeated += repeated
  found.lost += lost
  if (code !== 0 || !isDeployed || repeated + lost > 0) found.examples.push([...before, 'KILLED', ...after].join('\n'))
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

function started(location: string, act: 'end' | 'rest', ...versions: string[]): Program {
  return new Program('deployment.ts', location, act, ...versions)
}
