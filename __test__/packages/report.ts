// Prints what became of every use of every instance: `--sample` only of those that the spec runs, `--only <pattern>` only of
// those whose names match. `--known` writes what is wrong to known.json.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Corpus, type Findings, find, linesOf, sample, whole } from './corpus.ts'
import type { Judged, Outcome } from './outcome.ts'
import type { Case } from './program.ts'
import { rows } from './rows/index.ts'
import { isInstalled } from './rows/row.ts'

const OUTCOMES: readonly Outcome[] = ['cached', 'explained', 'said', 'wrong', 'silent', 'failed']

const options = {
  sample: { type: 'boolean', default: false },
  known: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
} as const
const { values } = parseArgs({ options })

const directory = mkdtempSync(join(tmpdir(), 'engram-packages-'))
try {
  const corpus = only(values.sample ? sample : whole, new RegExp(values.only))
  const findings = await find(corpus, directory)
  process.stdout.write(textOf(findings))
  if (values.known) writeKnown(corpus, findings)
} finally {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
}

/** Puts what was found in the place of what was known of the same programs. */
function writeKnown(corpus: Corpus, { troubles, troublesOfTold }: Findings): void {
  const file = new URL('./known.json', import.meta.url)
  const known = JSON.parse(readFileSync(file, 'utf8')) as Record<'troubles' | 'told', string[]>
  const renewed = (before: readonly string[], found: readonly string[]): string[] => {
    const replaced = new Set(linesOf(corpus, before))
    return [...before.filter((line) => !replaced.has(line)), ...found].sort()
  }
  const after = { troubles: renewed(known.troubles, troubles), told: renewed(known.told, troublesOfTold) }
  writeFileSync(file, `${JSON.stringify(after, undefined, 2)}\n`)
}

function only({ packages, shapes, mocks, tellers }: Corpus, pattern: RegExp): Corpus {
  const kept = (cases: readonly Case[]): readonly Case[] => cases.filter(({ name }) => pattern.test(name))
  return { packages: kept(packages), shapes: kept(shapes), mocks: kept(mocks), tellers: kept(tellers) }
}

function textOf({ packages, shapes, mocks, unfit, troubles, troublesOfTold, cpu }: Findings): string {
  const distinct = new Set(rows.filter(isInstalled).map((row) => row.package)).size
  const uses = [...new Set(packages.map(({ use }) => use))]
  const dearest = [...cpu].sort(([, one], [, other]) => other - one).slice(0, 20)
  const total = [...cpu.values()].reduce((sum, one) => sum + one, 0)
  const said = [...packages, ...shapes, ...mocks].filter(({ outcome }) => outcome === 'said')
  const lines = [
    `${rows.length} instances of ${distinct} packages, ${shapes.length} shapes, ${mocks.length} mocks`,
    '',
    ['', ...OUTCOMES].map(padded).join(''),
    ...uses.map((use) =>
      counts(
        use,
        packages.filter((one) => one.use === use),
      ),
    ),
    counts('shapes', shapes),
    counts('mocks', mocks),
    ...section('Programs that do not show what they are there for', unfit),
    ...section('Wrong, silent, failed', troubles),
    ...section('Told', troublesOfTold),
    ...section(
      'Not cached, and says so',
      said.map(({ name, use, messages }) => `${name}, ${use}: ${messages.join(' ')}`),
    ),
    ...section(
      `CPU: ${seconds(total)} s`,
      dearest.map(([name, one]) => `${name}: ${seconds(one)}`),
    ),
  ]
  return `${lines.join('\n')}\n`
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines]
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1)
}

function counts(title: string, judged: readonly Judged[]): string {
  const numbers = OUTCOMES.map((outcome) => {
    const found = judged.filter((one) => one.outcome === outcome)
    const unsaid = found.filter(({ isWarned }) => !isWarned).length
    return outcome === 'wrong' && unsaid > 0 ? `${found.length} (${unsaid} unsaid)` : String(found.length)
  })
  return [title, ...numbers].map(padded).join('')
}

function padded(text: string): string {
  return text.padEnd(16)
}
