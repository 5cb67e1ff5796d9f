import test from 'ava'
import type { CallRecord } from '../../index.ts'
import { LiveProgress } from '../../src/run/live-progress.ts'
import { lineOf } from '../../src/run/progress.ts'
import { UserProgram } from '../kit/user-program.ts'

const call: CallRecord = {
  name: 'load',
  state: 'ran',
  cacheStatus: 'populated',
  changed: [],
  key: '',
  inputs: [],
  attempts: 1,
  startedAt: 0,
  durationMs: 1500,
  savedMs: 0,
  reports: {},
}

test('a line for each call says what became of it, and why', (t) => {
  t.regex(lineOf(call), /^load ran/)
  t.regex(lineOf({ ...call, attempts: 3 }), /3 attempts/)
  const changed = [{ part: 'argument', name: 'rows.length', before: '3', now: '4' }] as CallRecord['changed']
  t.regex(lineOf({ ...call, changed }), /argument rows\.length 3 → 4/)
  const long = [{ part: 'argument', name: 'text', before: 'x'.repeat(50), now: 'y' }] as CallRecord['changed']
  t.regex(lineOf({ ...call, changed: long }), /\(argument text\)/)
  t.regex(lineOf({ ...call, state: 'hit', savedMs: 1500 }), /^load hit, saved/)
  t.regex(
    lineOf({ ...call, state: 'failed', error: { name: 'Error', message: 'no room' } }),
    /^load failed after .*: no room/,
  )
  t.is(lineOf({ ...call, state: 'skipped' }), 'load skipped')
  t.is(lineOf({ ...call, state: 'cancelled' }), 'load cancelled')
})

/** What a terminal is sent. */
function terminal(columns: number): { stream: NodeJS.WriteStream; sent: string[] } {
  const sent: string[] = []
  return { sent, stream: { columns, write: (text: string) => sent.push(text) } as unknown as NodeJS.WriteStream }
}

test('lines on a terminal: they fit, are rewritten, and the last one says how it ended', (t) => {
  const { stream, sent } = terminal(40)
  const live = new LiveProgress('a run with a name that is too long for the terminal', stream)
  live.begin(3)
  live.started('load')
  live.progressed('load', { done: 1, total: 2, note: 'files' })
  live.progressed('nobody', { done: 1, total: 2, note: undefined })
  live.ended({ ...call, state: 'failed', error: { name: 'Error', message: 'no room' } })
  live.end({ state: 'failed', durationMs: 5, savedMs: 0 })
  const lines = sent.join('').split('\n')
  t.true(lines.some((line) => line.includes('no room')))
  t.true(sent.at(-1)!.startsWith('\u001B[1A\u001B[J'))
  // What stays may be longer than the terminal is wide; what is rewritten may not.
  t.deepEqual(sent[0]!.split('\n').slice(1), ['a run with a name that is too long for ', ''])
})

// A step may be called anything: its name turned the terminal red, and a line break in it looked like a line of the run.
test('names and messages with control characters are shown with escapes', (t) => {
  const { stream, sent } = terminal(80)
  const hostile = 'a\u001B[31m\nb\u202E'
  const live = new LiveProgress(hostile, stream)
  live.begin(1)
  live.started(hostile)
  live.progressed(hostile, { done: 1, total: 2, note: hostile })
  live.ended({ ...call, name: hostile, state: 'failed', error: { name: 'Error', message: hostile } })
  live.end({ state: 'failed', durationMs: 5, savedMs: 0 })
  const text = sent.join('').replaceAll(/\u001B\[(?:\d+A|J)/g, '')
  t.notRegex(text, /[\u001B\u202E]/u)
  t.false(text.split('\n').some((line) => line.startsWith('b')))
})

const program = `
import { Pipeline, currentContext, step } from 'engram'
const load = step(() => { currentContext().progress(1, 2, 'half'); return 1 }, { name: 'load', cache: false })
const fails = step(() => Promise.reject(new Error('no room')), { name: 'fails', cache: false })
const pipeline = new Pipeline('told', { cacheDir: './cache' }).addStep(load, fails)
await pipeline.run({ progress: process.argv[2], concurrency: 1 })
await pipeline.close()
`

test('a log gets plain lines or JSON where it asks for them, and nothing else', async (t) => {
  const user = new UserProgram(t, program, 'program.mjs')
  for (const quiet of ['auto', 'none']) t.deepEqual((await user.said(quiet)).stderr, '')
  for (const plain of ['plain', 'live']) {
    const { stderr } = await user.said(plain)
    t.regex(stderr, /told: 2 calls\n.*told: load ran.*\n.*told: fails failed.*no room\n.*told: failed in/)
    t.false(stderr.includes('\u001B'))
  }
  const facts = (await user.said('json')).stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, any>)
  t.deepEqual(
    facts.map(({ event }) => event),
    ['begin', 'started', 'progress', 'call', 'started', 'call', 'end'],
  )
  t.true(facts.every(({ run }) => run === 'told'))
  t.like(facts[2], { call: 'load', done: 1, total: 2, note: 'half' })
  t.like(facts[5]!['call'], { name: 'fails', state: 'failed', error: { message: 'no room' } })
  t.like(facts[6], { name: 'told', state: 'failed' })
})
