import test from 'ava'
import { Memory } from '../../index.ts'
import type { RecordRow } from '../../src/entry/record.ts'
import { FamilyCall } from '../../src/memory/family-call.ts'
import { doorOf } from '../../src/memory/memory.ts'
import type { RecordId } from '../../src/native/binding.ts'
import { throwsCode } from '../kit/error-code.ts'
import { Party } from '../kit/peer.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

function run(name: string, beganAt: number): RecordId {
  return { kind: 'run', name, beganAt, id: `${name} ${beganAt}` }
}

function rowsOf(record: RecordId, ...parts: string[]): RecordRow[] {
  return [{ record, value: { state: 'running' } }, ...parts.map((part) => ({ record, part, value: part }))]
}

test('records are listed by name, newest first, with the values that were kept', (t) => {
  const { records } = doorOf(openMemory(t))
  t.deepEqual(records.list({ kind: 'run' }), [])
  const state = { at: new Date(5), sums: new Map([['rows', 3n]]), of: undefined }
  records.write([{ record: run('a', 1), value: state }], 10)
  records.write(rowsOf(run('b', 3)), 10)
  records.write(rowsOf(run('a', 2)), 10)
  const beganAt = (filter: { name?: string; id?: string }): number[] =>
    records.list({ kind: 'run', ...filter }).map(({ record }) => record.beganAt)
  t.deepEqual(beganAt({}), [3, 2, 1])
  t.deepEqual(beganAt({ name: 'a' }), [2, 1])
  t.deepEqual(beganAt({ id: 'a 1' }), [1])
  t.deepEqual(records.list({ kind: 'run', id: 'a 1' })[0], { record: run('a', 1), value: state })
  t.deepEqual(records.list({ kind: 'app' }), [])
  t.is(records.list({ kind: 'run' }, 2).length, 2)
})

test('a record keeps its parts until it leaves, as the oldest of its name do', (t) => {
  const { records } = doorOf(openMemory(t))
  for (const beganAt of [1, 2, 3]) records.write(rowsOf(run('a', beganAt), 'clean', 'train'), 2)
  t.deepEqual(
    records.list({ kind: 'run' }).map(({ record }) => record.beganAt),
    [3, 2],
  )
  t.deepEqual(records.parts(run('a', 1)), [])
  t.deepEqual(records.parts(run('a', 2)), [
    { part: 'clean', value: 'clean' },
    { part: 'train', value: 'train' },
  ])
  records.write([{ record: run('a', 3), value: 'done' }], 2)
  t.deepEqual(records.list({ kind: 'run' }, 1)[0]?.value, 'done')
  t.is(records.parts(run('a', 3)).length, 2)
  t.is(records.drop({ kind: 'run', name: 'a' }), 2)
  t.deepEqual(records.parts(run('a', 3)), [])
})

test('a row that is too large or no value is refused, and nothing is written', (t) => {
  const { records } = doorOf(openMemory(t))
  for (const value of ['x'.repeat(40_000), new Float64Array(20_000), () => 1]) {
    const rows = [...rowsOf(run('a', 1)), { record: run('a', 1), part: 'large', value }]
    throwsCode(t, 'ERR_UNSERIALIZABLE', () => records.write(rows, 1))
  }
  t.deepEqual(records.list({ kind: 'run' }), [])
})

test('what is kept of a run comes with its entry, and not without it', async (t) => {
  const memory = openMemory(t)
  const { records } = doorOf(memory)
  const options = { name: 'clean', storeIf: (value: unknown) => value !== 'unfit' }
  const calls = doorOf(memory).calls({ kind: 'step', fn: (rows: unknown) => rows, inputs: ['rows'], options, file: '' })
  const call = async (rows: string): Promise<unknown> => {
    const kept = (durationMs: number): RecordRow[] => [
      { record: run('p', 1), part: rows, value: { state: 'ran', hasRun: durationMs >= 0 } },
    ]
    return calls.call(new FamilyCall([rows], () => rows, kept))
  }
  await call('fit')
  await call('unfit')
  t.deepEqual(records.parts(run('p', 1)), [{ part: 'fit', value: { state: 'ran', hasRun: true } }])
  records.drop({ kind: 'run' })
  await call('fit')
  t.is(records.parts(run('p', 1)).length, 1)
})

test('records are no results: they are not counted, and stay when results are dropped', (t) => {
  const memory = openMemory(t)
  const { records } = doorOf(memory)
  records.write(rowsOf(run('a', 1), 'clean'), 1)
  t.is(memory.stats().entries, 0)
  t.deepEqual([...memory.entries()], [])
  memory.clear()
  memory.reduce({ maxEntries: 0 })
  t.is(records.list({ kind: 'run' }).length, 1)
})

test('a memory that only reads lists records, and changes none', (t) => {
  const location = temporaryDirectory(t)
  const { records } = doorOf(openMemory(t, { location }))
  records.write(rowsOf(run('a', 1), 'clean'), 10)
  const { records: read } = doorOf(openMemory(t, { location, mode: 'readOnly', onError: 'throw' }))
  read.write(rowsOf(run('a', 2)), 10)
  t.is(read.drop({ kind: 'run' }), 0)
  t.deepEqual(
    read.list({ kind: 'run' }).map(({ record }) => record.beganAt),
    [1],
  )
})

test('a record that cannot be read, as one of a class that is not registered, is left out', (t) => {
  class Point {
    readonly x = 1
  }
  const location = temporaryDirectory(t)
  const memory = openMemory(t, { location })
  memory.register(Point)
  const { records } = doorOf(memory)
  records.write([{ record: run('a', 1), value: new Point() }], 10)
  records.write(rowsOf(run('a', 2), 'clean'), 10)
  records.write([{ record: run('a', 2), part: 'point', value: new Point() }], 10)
  t.is(records.list({ kind: 'run' }).length, 2)
  const { records: others } = doorOf(openMemory(t, { location }))
  t.deepEqual(
    others.list({ kind: 'run' }).map(({ record }) => record.beganAt),
    [2],
  )
  t.deepEqual(others.parts(run('a', 2)), [{ part: 'clean', value: 'clean' }])
})

test('a memory without a store keeps none, and a closed one says so', async (t) => {
  const { records } = doorOf(new Memory(null))
  records.write(rowsOf(run('a', 1)), 1)
  t.deepEqual(records.list({ kind: 'run' }), [])
  t.deepEqual(records.parts(run('a', 1)), [])
  t.is(records.drop({ kind: 'run' }), 0)
  const memory = openMemory(t)
  const door = doorOf(memory)
  await memory.close()
  throwsCode(t, 'ERR_CLOSED', () => door.records.list({ kind: 'run' }))
})

test('processes read what others kept, also of an owner that was killed', async (t) => {
  const party = new Party(t)
  const [a, b] = await party.joinMany(2)
  await a!.do('writeRecord', 'p', 1, 2)
  await b!.do('writeRecord', 'p', 2, 2)
  await b!.do('writeRecord', 'p', 3, 2)
  const kept = [
    { value: { by: 'B' }, parts: [{ part: 'call', value: 3 }] },
    { value: { by: 'B' }, parts: [{ part: 'call', value: 2 }] },
  ]
  t.deepEqual(await a!.do('records', 'p'), kept)
  t.deepEqual(await b!.do('records', 'p'), kept)
  await a!.kill()
  t.deepEqual(await b!.do('records', 'p'), kept)
  t.is(await b!.do('dropRecords', 'p'), 2)
})
