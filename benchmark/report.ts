import type { Line, Row, Target, Unit } from './row.ts'

/** Everything of one run, as kept in results.json. */
export interface Results {
  facts: [string, string][]
  missing: readonly string[]
  minutes: number
  rows: Row[]
  /** Works that were measured alone later, and when. */
  later?: Record<string, string>
}

/** The results of a whole run, with rows of some works as they were measured later. */
export function renewed(whole: Results, { facts, rows }: Results, works: readonly string[]): Results {
  const date = facts.find(([name]) => name === 'date')?.[1] ?? ''
  const byTitle = new Map([...whole.rows, ...rows].map((row) => [row.title, row]))
  const later = { ...whole.later, ...Object.fromEntries(works.map((work) => [work, date])) }
  return { ...whole, rows: [...byTitle.values()], later }
}

/** RESULTS.md. */
export function markdown({ facts, missing, minutes, rows, later }: Results): string {
  return [
    '# engram and its peers, measured',
    '',
    'Written by `npm run bench`: everything below is from one run, whose entrants took turns. Figures are medians over',
    'the rounds. What each kind of work does, and how the peers are tuned, stands in [README.md](README.md).',
    '',
    table(['', ''], facts),
    '',
    `The run took ${minutes.toFixed(1)} minutes. ${absence(missing)}${laterRuns(later)}`,
    '',
    '## Reached',
    '',
    table(['work', 'engram', 'measure', 'reached', 'at least', 'hope', ''], rows.flatMap(summary)),
    '',
    ...rows.flatMap(section),
  ].join('\n')
}

/** The same for a terminal, one row. */
export function terminal(row: Row): string {
  const width = Math.max(...row.lines.map(({ name }) => name.length))
  const shown = row.lines.map((line) => `  ${line.name.padEnd(width)}  ${figure(line, row.unit)}`)
  const targets = row.targets.map((target) => `  ${reachedText(target)} ${target.label}: ${verdict(target)}`)
  return [row.title, ...shown, ...targets, ''].join('\n')
}

function laterRuns(later: Results['later'] = {}): string {
  const works = Object.entries(later).map(([work, date]) => `\`${work}\` (${date})`)
  return works.length === 0 ? '' : ` Measured again alone, each with its peers in one run: ${works.join(', ')}.`
}

function absence(missing: readonly string[]): string {
  return missing.length === 0 ? 'Every peer was there.' : `Not on this machine: ${missing.join(', ')}.`
}

function summary(row: Row): string[][] {
  // Where engram alone is measured, at several sizes, the last stands for all.
  const mine = row.lines.find(({ name }) => name === 'engram') ?? row.lines.at(-1)!
  return row.targets.map((target) => [
    row.title,
    figure(mine, row.unit),
    target.label,
    reachedText(target),
    bound(target.atLeast, target),
    bound(target.hope, target),
    verdict(target),
  ])
}

function section(row: Row): string[] {
  const mine = row.lines.find(({ name }) => name === 'engram')?.value
  const { unit, rises } = row
  const better = (line: Line) => (unit === 'MB' ? '' : ratio(line, mine, rises))
  const body = row.lines.map((line) => [line.name, figure(line, unit), spread(line, unit), better(line)])
  return [
    `## ${row.title}`,
    '',
    table(['', 'median', 'rounds', 'engram is better by'], body),
    '',
    ...(row.note === undefined ? [] : [row.note, '']),
  ]
}

/** How many times better engram is than this line. */
function ratio({ name, value }: Line, mine: number | undefined, rises: boolean): string {
  if (name === 'engram' || value === undefined || mine === undefined) return ''
  const better = rises ? mine / value : value / mine
  return Number.isFinite(better) && better > 0 ? `${short(better)} ×` : ''
}

function figure({ value, failure }: Line, unit: Unit): string {
  return value === undefined ? (failure ?? 'no figure') : `${short(value)} ${unit}`
}

function spread({ rounds }: Line, unit: Unit): string {
  return rounds.length < 2 ? '' : `${short(Math.min(...rounds))} to ${short(Math.max(...rounds))} ${unit}`
}

function reachedText({ reached }: Target): string {
  return reached === undefined ? 'not measured' : short(reached)
}

function bound(value: number | undefined, { sense }: Target): string {
  if (value === undefined || !Number.isFinite(value)) return ''
  return sense === 'above' ? `≥ ${value}` : `≤ ${value}`
}

/** 'hope' where the better bound is reached, 'reached', or 'short'. */
function verdict(target: Target): string {
  const { reached, atLeast, hope, sense } = target
  if (reached === undefined) return ''
  const passes = (limit: number) => (sense === 'above' ? reached >= limit : reached <= limit)
  if (hope !== undefined && passes(hope)) return 'reached, the hope too'
  if (!Number.isFinite(atLeast)) return 'short of the hope'
  return passes(atLeast) ? 'reached' : 'short'
}

function short(value: number): string {
  const size = Math.abs(value)
  if (size >= 1000) return Math.round(value).toLocaleString('en')
  if (size >= 100) return value.toFixed(0)
  if (size >= 10) return value.toFixed(1)
  return size >= 1 || size === 0 ? value.toFixed(2) : value.toPrecision(2)
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n')
}
