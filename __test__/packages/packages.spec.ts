// Everyday packages got another one's result: a captured client with another base URL that of the first, without a word.
// Here each of many packages makes two instances that differ in one thing, and one that does not, in separate processes.
import test from 'ava'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isWhole } from '../kit/whole.ts'
import { type Findings, find, linesOf, sample, whole } from './corpus.ts'
import { shareCached } from './outcome.ts'

/** Uses that can be cached at all: what a function gives back is a matter of what can be stored. */
const GIVEN = ['captured', 'argument', 'receiver', 'method', 'prototype']

const corpus = isWhole ? whole : sample
const { troubles, told } = JSON.parse(readFileSync(new URL('./known.json', import.meta.url), 'utf8')) as Known

/** What is not right yet. A mend takes its lines out. */
interface Known {
  readonly troubles: readonly string[]
  readonly told: readonly string[]
}

let directory: string
let findings: Findings

test.before(async (t) => {
  t.timeout(900_000)
  directory = mkdtempSync(join(tmpdir(), 'engram-packages-'))
  findings = await find(corpus, directory)
})

test.after.always(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }))

test('every program shows what it is there for', (t) => {
  t.deepEqual(findings.unfit, [])
})

test('no instance gets the result of another, and what is not cached says why and what to do', (t) => {
  t.deepEqual([...findings.troubles].sort(), linesOf(corpus, troubles))
})

test('a function that only tells a logger something hits, without a warning', (t) => {
  t.deepEqual([...findings.troublesOfTold].sort(), linesOf(corpus, told))
})

test('most instances of packages are cached without any option', (t) => {
  const share = shareCached(findings.packages.filter(({ use }) => GIVEN.includes(use)))
  t.log(`${(100 * share).toFixed(1)} %`)
  t.true(share >= 0.6)
})
