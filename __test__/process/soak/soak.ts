// The long rounds: npm run soak -- [--seed <n>] [--rounds <n>] [--only <part>]... Exits with 1 on any violation.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Memory } from '../../../index.ts'
import { keysOfDelimited } from '../../kit/delimited-tasks.ts'
import { callEqually, runsPerKey } from '../../kit/equal-calls.ts'
import { killRounds } from '../../kit/kill-rounds.ts'
import { killDeployments } from '../../kit/killed-deployments.ts'
import { Violations } from '../../kit/oracle.ts'
import { Peer } from '../../kit/peer.ts'
import { countDistinctKeys } from '../../kit/recipe-keys.ts'
import { RunLog } from '../../kit/run-log.ts'
import { percentile, shortProcesses } from '../../kit/short-processes.ts'

/** One line of the summary. */
interface Result {
  what: string
  found: string
  wanted: string
  isReached: boolean
}

interface Task {
  seed: number
  rounds: number
  directory: string
  violations: Violations
}

interface Batches {
  longestMs: number[]
  ownersKilled: number
  violated: number
}

const PROCESSES_KILLED_FROM = 6
const SHORT_BATCHES = 4
const HAND_OVER_P99_MS = 100
const MANY_CALLS = 1_000_000
/** All pairs of them are compared: two hundred million. */
const MANY_TASKS = 20_000

const parts: Record<string, (task: Task) => Promise<Result[]>> = {
  kill: async ({ seed, rounds, directory, violations }) => {
    const onRound = (round: number): void => progress(`kill: round ${round + 1} of ${rounds}`)
    const processes = PROCESSES_KILLED_FROM
    const verdict = await killRounds({ directory, seed, rounds, processes, pauseMs: 100, onRound })
    take(violations, verdict.violations)
    const { counts } = verdict.violations
    const none = (what: string, kind: string): Result => zero(`kill: ${what}`, counts[kind] ?? 0)
    const others = Object.keys(counts).filter((kind) => !['lost', 'wrong value', 'hang', 'ran twice'].includes(kind))
    return [
      said('kill: rounds, of them with the owner killed', `${verdict.kills}, ${verdict.ownersKilled}`),
      said('kill: entries acknowledged', String(verdict.acknowledged)),
      said('kill: runs, of them again after a kill', `${verdict.runs}, ${verdict.reruns}`),
      none('acknowledged entries lost', 'lost'),
      none('wrong values', 'wrong value'),
      none('hangs', 'hang'),
      none('keys that ran again though no holder was killed', 'ran twice'),
      ...others.map((kind) => none(kind, kind)),
    ]
  },

  short: async ({ seed, directory, violations }) => {
    const quiet = await batches(directory, seed, 0, violations)
    const disturbed = await batches(directory, seed, 200, violations)
    const p99 = percentile(disturbed.longestMs, 0.99)
    const isReached = p99 < HAND_OVER_P99_MS
    if (!isReached) violations.add('slow hand-over', `${p99.toFixed(0)} ms`)
    return [
      said('short: processes that ended, owners killed', `${disturbed.longestMs.length}, ${disturbed.ownersKilled}`),
      zero('short: losses, wrong values, hangs, complaints', quiet.violated + disturbed.violated),
      said('short: longest call of a process with a lasting owner', figures(quiet.longestMs)),
      said('short: longest call of a process, owners killed', figures(disturbed.longestMs)),
      { what: 'short: the same, p99', found: `${p99.toFixed(1)} ms`, wanted: `< ${HAND_OVER_P99_MS} ms`, isReached },
    ]
  },

  equal: async ({ directory, violations }) => {
    const results: Result[] = []
    for (const kind of ['sync', 'async', 'mixed'] as const) {
      const log = new RunLog(join(directory, `runs-${kind}`))
      const settings = { location: join(directory, `store-${kind}`), log: log.path }
      const peers = Array.from({ length: 8 }, (_, number) => new Peer({ name: `p${number}`, ...settings }))
      const wrong = await callEqually(peers, { name: 'f', keys: 200, ms: 20, kind })
      await Promise.all(peers.map((peer) => peer.dismiss()))
      const found = JSON.stringify(runsPerKey(log, 'f'))
      const isReached = wrong.length === 0 && found === '{"1":200}'
      if (!isReached) violations.add('equal calls', `${kind}: ${found} runs, ${wrong.length} wrong`)
      results.push({ what: `equal: keys by number of runs, ${kind}`, found, wanted: '{"1":200}', isReached })
    }
    return results
  },

  works: async ({ rounds, directory, violations }) => {
    const onRound = (round: number): void => progress(`works: kill ${round + 1} of ${rounds}`)
    const { killed, repeated, lost, hangs, failures, examples } = await killDeployments(directory, rounds, onRound)
    violations.examples.push(...examples)
    for (const failure of failures) violations.add('a start after a kill failed', failure)
    for (const [kind, count] of Object.entries({ repeated, lost, hangs }))
      if (count > 0) violations.add(`works: ${kind}`, String(count))
    return [
      said('works: kills', String(killed)),
      zero('works: done calls repeated', repeated),
      zero('works: checkpoints lost', lost),
      zero('works: hangs, failures', hangs + failures.length),
    ]
  },

  keys: async ({ seed, directory, violations }) => {
    const distinct = await countDistinctKeys(seed, MANY_CALLS, directory)
    const isReached = distinct === MANY_CALLS
    if (!isReached) violations.add('shared keys', String(MANY_CALLS - distinct))
    return [{ what: 'keys: of different calls', found: String(distinct), wanted: String(MANY_CALLS), isReached }]
  },

  tasks: async ({ seed, directory, violations }) => {
    await using memory = new Memory(join(directory, 'store'))
    const { keys } = keysOfDelimited(memory, seed, MANY_TASKS)
    const isReached = keys === MANY_TASKS
    if (!isReached) violations.add('shared keys of tasks', String(MANY_TASKS - keys))
    return [{ what: 'tasks: keys of different calls', found: String(keys), wanted: String(MANY_TASKS), isReached }]
  },
}

/** Several times fifty short processes, as one. */
async function batches(directory: string, seed: number, killEveryMs: number, violations: Violations): Promise<Batches> {
  const longestMs: number[] = []
  let ownersKilled = 0
  let violated = 0
  for (let batch = 0; batch < SHORT_BATCHES; batch++) {
    progress(`short: batch ${batch + 1} of ${SHORT_BATCHES}, a kill every ${killEveryMs} ms`)
    const own = { directory: join(directory, `${killEveryMs}-${batch}`), seed: seed + batch }
    const verdict = await shortProcesses({ ...own, count: 50, atOnce: 3, liveMs: 100, killEveryMs })
    longestMs.push(...verdict.longestMs)
    ownersKilled += verdict.ownersKilled
    violated += Object.values(verdict.violations.counts).reduce((sum, count) => sum + count, 0)
    take(violations, verdict.violations)
  }
  return { longestMs, ownersKilled, violated }
}

function figures(ms: readonly number[]): string {
  const [middle, high, highest] = [0.5, 0.99, 1].map((share) => percentile(ms, share).toFixed(1))
  return `median ${middle}, p99 ${high}, longest ${highest} ms`
}

function said(what: string, found: string): Result {
  return { what, found, wanted: '', isReached: true }
}

function zero(what: string, count: number): Result {
  return { what, found: String(count), wanted: '0', isReached: count === 0 }
}

function take(violations: Violations, more: Violations): void {
  for (const [kind, count] of Object.entries(more.counts)) {
    violations.counts[kind] = (violations.counts[kind] ?? 0) + count
  }
  violations.examples.push(...more.examples)
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** One line that overwrites itself, for who watches. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`)
}

async function soak(seed: number, rounds: number, only: readonly string[]): Promise<void> {
  print(`seed ${seed}`)
  const root = mkdtempSync(join(tmpdir(), 'engram-soak-'))
  process.on('exit', () => rmSync(root, { recursive: true, force: true, maxRetries: 3 }))
  process.once('SIGINT', () => process.exit(130))
  const violations = new Violations()
  const results: Result[] = []
  for (const part of only) {
    const directory = join(root, part)
    mkdirSync(directory)
    results.push(...(await parts[part]!({ seed, rounds, directory, violations })))
    progress('')
  }
  const width = Math.max(...results.map(({ what }) => what.length))
  for (const { what, found, wanted, isReached } of results) {
    print(`${isReached ? ' ' : '✘'} ${what.padEnd(width)}  ${found}${wanted === '' ? '' : `  (wanted ${wanted})`}`)
  }
  for (const example of violations.examples) print(example)
  const violated = Object.keys(violations.counts).length > 0
  print(violated ? `\nViolated, with seed ${seed}.` : '\nNothing violated.')
  process.exitCode = violated ? 1 : 0
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    rounds: { type: 'string', default: '1000' },
    only: { type: 'string', multiple: true, default: Object.keys(parts) },
    help: { type: 'boolean', default: false },
  },
})
if (values.help || values.only.some((part) => !(part in parts))) {
  print(`npm run soak -- [--seed <n>] [--rounds <n>] [--only ${Object.keys(parts).join('|')}]...`)
} else {
  await soak(Number(values.seed ?? Math.floor(Math.random() * 2 ** 31)), Number(values.rounds), values.only)
}
