import type { Bench, Outcomes } from '../contest.ts'
import { lines, Standing, type Row, type Work } from '../row.ts'

const rounds = 15
const counts = [100_000, 1_000_000] as const

const commands = [
  { name: 'node -e 0', contestant: 'bare', settings: { args: undefined } },
  { name: 'engram --help', contestant: 'engram', settings: { args: ['--help'] } },
  { name: 'engram stats', contestant: 'engram', settings: { args: ['stats'], store: 0 } },
  { name: 'engram ls', contestant: 'engram', settings: { args: ['ls'], store: 1, isFirstLine: true } },
]

/** How soon the command line answers. */
export const commandLine: Work = {
  id: 'command-line',
  measure: async (bench) => {
    const stores = await filled(bench)
    const measured = await bench.contest({
      child: 'command-line.mjs',
      entrants: commands,
      rounds,
      task: ({ settings }) => ({ location: stores[(settings?.['store'] as number | undefined) ?? 0] }),
    })
    return [timeRow(measured), memoryRow(measured)]
  },
}

async function filled(bench: Bench): Promise<string[]> {
  const directories = await Promise.all(counts.map(() => bench.directory('command-line')))
  const entrants = counts.map((count, index) => ({
    name: String(count),
    contestant: 'engram',
    settings: { count: bench.quick ? count / 100 : count, dir: directories[index] },
  }))
  await bench.contest({ child: 'entries-write.mjs', entrants, rounds: 1, task: () => ({}) })
  return directories
}

function timeRow(measured: Outcomes): Row {
  const found = lines(measured, 'figure')
  const standing = new Standing(found)
  const bare = standing.of('node -e 0')
  const over = (name: string): number | undefined => {
    const value = standing.of(name)
    return value === undefined || bare === undefined ? undefined : value - bare
  }
  return {
    title: 'The command line in a new process',
    unit: 'ms',
    rises: false,
    lines: found,
    targets: [
      { label: 'ms of --help over bare Node', reached: over('engram --help'), atLeast: 30, sense: 'below' },
      { label: 'ms of stats over bare Node', reached: over('engram stats'), atLeast: 150, sense: 'below' },
      { label: 'ms of ls to its first line', reached: standing.of('engram ls'), atLeast: 200, sense: 'below' },
    ],
    note: '`stats` on 100,000 entries, to its end; `ls` on 1,000,000, to its first line.',
  }
}

function memoryRow(measured: Outcomes): Row {
  const found = lines(measured, 'memoryMb').filter(({ value }) => value !== undefined)
  return {
    title: 'Memory of `engram ls` on 1,000,000 entries, at its first line',
    unit: 'MB',
    rises: false,
    lines: found,
    targets: [{ label: 'MB', reached: new Standing(found).of('engram ls'), atLeast: 150, sense: 'below' }],
  }
}
