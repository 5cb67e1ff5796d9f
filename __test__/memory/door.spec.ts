import test from 'ava'
import { type CacheOptions, type CallEvent, Memory } from '../../index.ts'
import type { FamilyCalls } from '../../src/memory/door.ts'
import { FamilyCall, type FamilyFunction } from '../../src/memory/family-call.ts'
import { doorOf } from '../../src/memory/memory.ts'
import { openMemory } from '../kit/temporary-store.ts'

function clean(rows: number[]): number[] {
  return rows.filter((row) => row > 0)
}

function callsOf(memory: Memory, kind: FamilyFunction['kind'] = 'step', options: CacheOptions = {}): FamilyCalls {
  return doorOf(memory).calls({
    kind,
    fn: clean,
    inputs: ['rows', 'limit'],
    options: { name: 'clean', ...options },
    file: undefined,
  })
}

/** Makes a call, and says whether it ran. */
async function made(
  calls: FamilyCalls,
  inputs: unknown[],
  rows = [1, -1],
): Promise<FamilyCall & { didRun: boolean; value: unknown }> {
  let didRun = false
  const call = new FamilyCall(inputs, () => {
    didRun = true
    return clean(rows)
  })
  const value = await calls.call(call)
  return Object.assign(call, { didRun, value })
}

test('a call of a family is found again by its inputs, and knows what became of it', async (t) => {
  const calls = callsOf(openMemory(t))
  const first = await made(calls, ['digest', 3])
  t.deepEqual(
    [first.value, first.didRun, first.event?.status, first.event?.cacheStatus],
    [[1], true, 'miss', 'populated'],
  )
  const second = await made(calls, ['digest', 3])
  t.deepEqual([second.value, second.didRun, second.event?.status], [[1], false, 'hit'])
  t.is(second.event?.key, calls.key(['digest', 3]))
  t.true((await made(calls, ['digest', 4])).didRun)
})

test('functions of two kinds share nothing, though name, code and inputs are the same', async (t) => {
  const memory = openMemory(t)
  const kinds = ['step', 'task', 'workflow', 'work'] as const
  for (const kind of kinds) t.true((await made(callsOf(memory, kind), ['digest'])).didRun)
  const cached = memory.cache(clean, { name: 'clean' })
  t.is(new Set([cached.key([1]), ...kinds.map((kind) => callsOf(memory, kind).key([[1]]))]).size, 5)
  cached([1])
  t.deepEqual(Array.from(memory.entries(), ({ kind }) => kind).sort(), ['memory', ...kinds].sort())
  cached.clear()
  t.is([...memory.entries()].length, kinds.length)
})

test('an edit of the function counts by its strategy', async (t) => {
  const memory = openMemory(t)
  const edited = {
    kind: 'step',
    fn: (rows: number[]) => rows,
    inputs: [],
    options: { name: 'clean' },
    file: undefined,
  } as const
  t.not(doorOf(memory).calls(edited).key(['digest']), callsOf(memory).key(['digest']))
  const versioned = { ...edited, options: { name: 'clean', version: '1' } }
  t.is(doorOf(memory).calls(versioned).key(['digest']), callsOf(memory, 'step', { version: '1' }).key(['digest']))
})

test('lookups and explanations run nothing, and call inputs by their names', async (t) => {
  const calls = callsOf(openMemory(t))
  t.is(calls.lookup(['digest', 3]).status, 'miss')
  await made(calls, ['digest', 3])
  t.is(calls.lookup(['digest', 3]).status, 'hit')
  const [change] = calls.explain(['digest', 4]).changed
  t.like(change, { part: 'argument', name: 'limit', before: '3', now: '4' })
  t.true(calls.forget(['digest', 3]))
  t.is(calls.lookup(['digest', 3]).status, 'miss')
})

test('a reference is there once its result is, and each loads a copy of its own', async (t) => {
  const calls = callsOf(openMemory(t))
  t.is(calls.payload(['digest']), undefined)
  await made(calls, ['digest'])
  const [one, other] = [calls.payload(['digest'])!, calls.payload(['digest'])!]
  ;(one.value as number[]).push(9)
  t.deepEqual(other.value, [1])
  const looked = calls.lookup(['digest'])
  t.is(looked.status === 'hit' && looked.info.outputDigest, one.digest)
})

test('equal calls at once run once, and each knows its part', async (t) => {
  const calls = callsOf(openMemory(t))
  const all = await Promise.all([1, 2, 3].map(() => made(calls, ['digest'])))
  t.is(all.filter(({ didRun }) => didRun).length, 1)
  t.deepEqual(all.map(({ event }) => event?.status).sort(), ['joined', 'joined', 'miss'])
})

test('what a call throws is its own, and it knows that it missed', async (t) => {
  const calls = callsOf(openMemory(t))
  const error = new Error('no rows')
  const call = new FamilyCall(['digest'], () => {
    throw error
  })
  t.is(await t.throwsAsync(calls.call(call)), error)
  t.like(call.event, { status: 'miss', cacheStatus: 'miss' })
})

test('who listens to the memory hears of families too', async (t) => {
  const memory = openMemory(t)
  const heard: CallEvent[] = []
  memory.on('call', (event) => heard.push(event))
  const { event } = await made(callsOf(memory), ['digest'])
  t.deepEqual(heard, [event!])
})

test('a memory that caches nothing runs each call, and has no references', async (t) => {
  const calls = callsOf(new Memory(null))
  for (let i = 0; i < 2; i++) t.like(await made(calls, ['digest']), { didRun: true, event: { status: 'bypass' } })
  t.is(calls.payload(['digest']), undefined)
  t.is(calls.key(['digest']), '')
})
