// Prints what became of every use of every package; with `--known` it writes the list of known failures.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Findings, find } from './corpus.ts'
import type { Judged, Outcome } from './outcome.ts'
import { rows } from './rows/index.ts'

const OUTCOMES: readonly Outcome[] = ['cached', 'explained', 'said', 'wrong', 'silent', 'failed']

const directory = mkdtempSync(join(tmpdir(), 'engram-packages-'))
try {
  const startedAt = performance.now()
  const findings = await find(directory)
  process.stdout.write(textOf(findings, (performance.now() - startedAt) / 1000))
  if (process.argv.includes('--known')) writeFileSync(new URL('./known.ts', import.meta.url), knownText(findings))
} finally {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
}

function textOf({ packages, shapes, mocks, unfit, troubles, troublesOfTold }: Findings, seconds: number): string {
  const distinct = new Set(rows.map((row) => row.package)).size
  const uses = [...new Set(packages.map(({ use }) => use))]
  const lines = [
    `${rows.length} instances of ${distinct} packages, ${shapes.length} shapes, ${mocks.length} mocks: ${seconds.toFixed(0)} s`,
    '',
    ['', ...OUTCOMES].map(padded).join(''),
    ...uses.map((use) => counts(use, packages.filter((one) => one.use === use))),
    counts('shapes', shapes),
    counts('mocks', mocks),
    '',
    ...troubles,
    '',
    ...troublesOfTold,
    '',
    ...unfit,
  ]
  return `${lines.join('\n')}\n`
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

function knownText({ troubles, troublesOfTold }: Findings): string {
  const list = (lines: readonly string[]): string =>
    lines.length === 0 ? '[]' : `[\n${lines.map((line) => `  ${JSON.stringify(line).replaceAll(/^"|"$/g, `'`)},\n`).join('')}]`
  return `// What is not right yet, as the spec calls it. Each mend takes its lines out; \`report.ts --known\` writes them anew.

/** Uses that get another one's result, that miss without a word, or that fail. */
export const known: readonly string[] = ${list(troubles)}

/** Functions that only tell something, and that miss or are warned of. */
export const knownTold: readonly string[] = ${list(troublesOfTold)}
`
}
