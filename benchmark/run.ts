import { readFileSync, writeFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { Bench } from './contest.ts'
import { machineFacts } from './machine.ts'
import { installPeers, Peers } from './peers.ts'
import { type Results, markdown, renewed, terminal } from './report.ts'
import type { Row, Work } from './row.ts'
import { arrays } from './work/arrays.ts'
import { codec } from './work/codec.ts'
import { commandLine } from './work/command-line.ts'
import { entries, nestedEntries } from './work/entries.ts'
import { fingerprint } from './work/fingerprint.ts'
import { growth } from './work/growth.ts'
import { hit } from './work/hit.ts'
import { keys } from './work/keys.ts'
import { large } from './work/large.ts'
import { loopsOfHits } from './work/loops.ts'
import { pipeline } from './work/pipeline.ts'
import { sharing } from './work/sharing.ts'
import { start } from './work/start.ts'
import { store } from './work/store.ts'
import { task } from './work/task.ts'
import { threadsWork } from './work/threads.ts'
import { work } from './work/work.ts'

const works: readonly Work[] = [
  hit,
  entries,
  nestedEntries,
  keys,
  codec,
  arrays,
  loopsOfHits,
  start,
  commandLine,
  growth,
  sharing,
  fingerprint,
  store,
  large,
  pipeline,
  threadsWork,
  task,
  work,
]
const usage = `npm run bench -- [--only <work>]... [--quick | --renew]

  --only   one of ${works.map(({ id }) => id).join(', ')}; may be given again. Prints, and leaves RESULTS.md alone.
  --renew  with --only: replaces the rows of these works in RESULTS.md, which then says so. Needs the results.json of a whole run.
  --quick  two rounds and small data, to see that everything runs. Prints, and leaves RESULTS.md alone.
`

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    renew: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const chosen = works.filter(({ id }) => values.only === undefined || values.only.includes(id))

if (values.help || chosen.length === 0) process.stdout.write(usage)
else await run(chosen, values)

async function run(
  chosenWorks: readonly Work[],
  { only, quick, renew }: { readonly only?: readonly string[]; readonly quick: boolean; readonly renew: boolean },
): Promise<void> {
  installPeers()
  const peers = new Peers()
  const bench = await Bench.open(peers, quick)
  const began = performance.now()
  const rows: Row[] = []
  for (const one of chosenWorks) rows.push(...(await measured(one, bench)))
  if (quick || (only !== undefined && !renew)) return
  const minutes = (performance.now() - began) / 60_000
  const made: Results = { facts: machineFacts(peers), missing: peers.missing, minutes, rows }
  const kept = new URL('./results.json', import.meta.url)
  const results = only === undefined ? made : renewed(JSON.parse(readFileSync(kept, 'utf8')) as Results, made, only)
  writeFileSync(kept, `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(new URL('./RESULTS.md', import.meta.url), markdown(results))
}

async function measured(one: Work, bench: Bench): Promise<Row[]> {
  const rows = await one.measure(bench)
  for (const row of rows) process.stdout.write(`${terminal(row)}\n`)
  return rows
}
