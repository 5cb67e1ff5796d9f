import type { Outcomes } from '../contest.ts'
import { lines, Standing, type Row, type Work } from '../row.ts'

/** Ten thousand records to bytes and back. */
export const codec: Work = {
  id: 'codec',
  measure: async (bench) => {
    const outcomes = await bench.contest({
      child: 'codec.mjs',
      entrants: [
        { name: 'engram', contestant: 'engram' },
        { name: 'msgpackr', contestant: 'msgpackr', needs: 'msgpackr' },
        { name: 'v8', contestant: 'v8', rounds: 3 },
        { name: 'JSON', contestant: 'JSON', rounds: 3 },
      ],
      rounds: 7,
      task: async () => ({ dir: await bench.directory('codec') }),
    })
    return [row(outcomes, 'encoded', 'encodeMs'), row(outcomes, 'decoded', 'decodeMs')]
  },
}

function row(outcomes: Outcomes, what: string, figure: string): Row {
  const rows = lines(outcomes, figure)
  const reached = new Standing(rows).timesLeast('msgpackr')
  return {
    title: `Nested value, 10,000 records, ${what}`,
    unit: 'ms',
    rises: false,
    lines: rows,
    targets: [{ label: "× msgpackr's time", reached, atLeast: 1, hope: 0.8, sense: 'below' }],
    note: 'msgpackr with structuredClone, which keeps shared references and types as engram does.',
  }
}
