import type { Bench, Entrant, Outcomes } from '../contest.ts'
import { type Row, Standing, type Work, lines } from '../row.ts'

const items = 64
const itemMs = 50
const entrants: readonly Entrant[] = [
  { name: 'two threads', contestant: 'engram', settings: { size: 2 } },
  { name: 'one thread', contestant: 'engram', settings: { size: 1 } },
  { name: 'this thread', contestant: 'engram', settings: { size: 0 } },
]

/** A map of items that keep a processor busy, in threads. */
export const threadsWork: Work = {
  id: 'threads',
  measure: async (bench: Bench) => {
    const task = async () => ({ dir: await bench.directory('threads'), items, ms: itemMs })
    return [row(await bench.contest({ child: 'threads-map.mjs', entrants, rounds: 5, task }))]
  },
}

function row(outcomes: Outcomes): Row {
  const found = lines(outcomes, 'figure')
  const standing = new Standing(found)
  const [two, one] = [standing.of('two threads'), standing.of('one thread')]
  return {
    title: `map of ${items} processor-bound items of ${itemMs} ms`,
    unit: 'ms',
    rises: false,
    lines: found,
    targets: [
      {
        label: '× the time of one thread',
        reached: two === undefined || one === undefined ? undefined : two / one,
        atLeast: 0.55,
        hope: 0.51,
        sense: 'below',
      },
    ],
    note: 'The threads are there, and have run a step of the module before. Results come back through the store.',
  }
}
