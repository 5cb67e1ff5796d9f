import test, { type ExecutionContext } from 'ava'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type AnyFunction,
  type CachedFunction,
  type CallEvent,
  type Explanation,
  Memory,
  env,
  fileOf,
} from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { filesIn } from '../kit/files.ts'
import { Party, type Peer } from '../kit/peer.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

/** What changed, a line for each part. */
function told({ changed }: Pick<Explanation, 'changed'>): string[] {
  return changed.map(({ part, name, before, now }) => {
    return `${part} ${name}${before === undefined && now === undefined ? '' : `: ${before ?? 'nothing'} -> ${now ?? 'nothing'}`}`
  })
}

/** What is told of a call after another one of the same function. */
function between(t: ExecutionContext, fn: AnyFunction, before: unknown[], now: unknown[]): string[] {
  const cached = openMemory(t).cache(fn, { name: 'f' })
  cached(...before)
  return told(cached.explain(...now))
}

test('a hit has nothing to explain, and a first call nothing to be compared with', (t) => {
  const f = openMemory(t).cache((n: number) => n, { name: 'f' })
  t.deepEqual(f.explain(1), { status: 'miss', reason: 'absent', changed: [], state: [] })
  f(1)
  t.deepEqual(f.explain(1), { status: 'hit', changed: [], state: [] })
})

test('arguments are called by the names of their parameters', (t) => {
  const load = (rows: unknown, { limit = 1, log = {} }: any = {}, ...more: unknown[]): unknown => [
    rows,
    limit,
    log,
    more,
  ]
  t.deepEqual(between(t, load, [1], [2]), ['argument rows: 1 -> 2'])
  t.deepEqual(between(t, load, [[1, 2, 3]], [[1, 2, 3, 4]]), ['argument rows.length: 3 -> 4'])
  t.deepEqual(between(t, load, [[1, 2, 3]], [[1, 5, 3]]), ['argument rows[1]: 2 -> 5'])
  t.deepEqual(between(t, load, [1, { limit: 1 }], [1, { limit: 2 }]), ['argument limit: 1 -> 2'])
  t.deepEqual(between(t, load, [1, { log: { level: 'a' } }], [1, { log: { level: 'b' } }]), [
    "argument log.level: 'a' -> 'b'",
  ])
  t.deepEqual(between(t, load, [1, {}, 'x', 'y'], [1, {}, 'x', 'z']), ["argument more[1]: 'y' -> 'z'"])
  t.deepEqual(between(t, load, [{ a: 1 }], [{ a: 1, b: null }]), ['argument rows.b: nothing -> null'])
  t.deepEqual(between(t, load, [new Map([['k', 1]])], [new Map([['k', 2]])]), ["argument rows.get('k'): 1 -> 2"])
})

test('of a value of another kind, its parts are not told one by one', (t) => {
  const f = (value: unknown): unknown => value
  t.deepEqual(between(t, f, [5], [{ a: 1, b: [2] }]), ['argument value: 5 -> {a: 1, b: [2]}'])
  t.deepEqual(between(t, f, ['1'], [1]), ["argument value: '1' -> 1"])
})

test('what is large is told in short', (t) => {
  const f = (values: Float64Array | string): unknown => values.length
  const [one] = between(t, f, [new Float64Array(1000)], [new Float64Array(1000).fill(1)])
  t.regex(one!, /^argument values: Float64Array\(1000\) #\w{8} -> Float64Array\(1000\) #\w{8}$/)
  const [other] = between(t, f, ['a'.repeat(1e6)], ['b'.repeat(1e6)])
  t.true(other!.length < 150)
})

test('ignored arguments are not told, and a key function is told by its text', (t) => {
  const memory = openMemory(t)
  const f = memory.cache((n: number, seed: number) => n * seed, { name: 'f', ignore: ['seed'] })
  f(1, 1)
  t.deepEqual(told(f.explain(2, 5)), ['argument n: 1 -> 2'])
  const g = memory.cache((n: number) => n, { name: 'g', strategy: ({ args }) => `no ${args[0]}` })
  g(1)
  t.deepEqual(told(g.explain(2)), ["argument key: 'no 1' -> 'no 2'"])
})

test('captured values, helpers and what they captured are told by their names', (t) => {
  const memory = openMemory(t)
  const make = (threshold: number, factor: number, isSquared: boolean): CachedFunction<(n: number) => number> => {
    const scale = (n: number): number => n * factor
    const square = (n: number): number => n * n
    const same = (n: number): number => n
    const table = { last: isSquared ? square : same }
    return memory.cache((n: number) => (n > threshold ? scale(n) : table.last(n)), { name: 'f' })
  }
  make(1, 2, true)(7)
  t.deepEqual(told(make(3, 2, true).explain(7)), ['capture threshold: 1 -> 3'])
  t.deepEqual(told(make(1, 5, true).explain(7)), ['capture factor of scale: 2 -> 5'])
  t.regex(told(make(1, 2, false).explain(7)).join(), /^helper table\.last: #\w{8} -> #\w{8}$/)
  t.deepEqual(told(make(3, 2, true).explain(8)), ['capture threshold: 1 -> 3', 'argument n: 7 -> 8'])
})

test('another text of the function itself is told as its code', (t) => {
  const memory = openMemory(t)
  memory.cache(function f(n: number) {
    return n + 1
  })(1)
  const edited = memory.cache(function f(n: number) {
    return n + 2
  })
  t.regex(told(edited.explain(1)).join(), /^code f: #\w{8} -> #\w{8}$/)
})

test('name, version, project, domain and strategy are told', (t) => {
  const memory = openMemory(t)
  const fn = (n: number): number => n
  memory.cache(fn, { name: 'f', version: '1', project: 'p', domain: 'd' })(1)
  const given = { name: 'f', version: '1', project: 'p', domain: 'd' }
  t.deepEqual(told(memory.cache(fn, { ...given, version: '2' }).explain(1)), ['version version: 1 -> 2'])
  t.deepEqual(told(memory.cache(fn, { ...given, project: 'q' }).explain(1)), ['project project: p -> q'])
  t.deepEqual(told(memory.cache(fn, { name: 'f', version: '1', project: 'p' }).explain(1)), [
    'domain domain: d -> nothing',
  ])
  const byCode = memory.cache(fn, { ...given, strategy: 'codeHash' })
  t.deepEqual(told(byCode.explain(1)), ['code strategy: inputHash -> codeHash'])
  memory.cache(fn, { name: 'old.ts#load' })(1)
  t.deepEqual(told(memory.cache(fn, { name: 'new.ts#load' }).explain(1)), ['name name: old.ts#load -> new.ts#load'])
})

test('dependencies are told, those on files by their content', (t) => {
  const path = join(temporaryDirectory(t), 'rows.csv')
  writeFileSync(path, 'a')
  const f = openMemory(t).cache((n: number) => n, { name: 'f', deps: [fileOf(path), 5] })
  f(1)
  writeFileSync(path, 'b')
  t.regex(told(f.explain(1)).join(), /^dependency deps\[0\]: file \w+…? -> file \w+…?$/)
})

test('state is listed, and told of no call', (t) => {
  const log: number[] = []
  let runs = 0
  const f = openMemory(t).cache(
    (n: number) => {
      runs++
      log.push(n)
      return n
    },
    { name: 'f' },
  )
  f(1)
  f(2)
  t.deepEqual(f.explain(1), { status: 'hit', changed: [], state: ['log', 'runs'] })
  t.is(runs, log.length)
})

test('the nearest entry is the one with the fewest differences, and of several the newest', (t) => {
  let now = 1000
  const f = openMemory(t, { clock: () => now++ }).cache((a: number, b: number, c: number) => a + b + c, { name: 'f' })
  f(1, 1, 1)
  f(1, 2, 3)
  f(4, 4, 4)
  t.deepEqual(told(f.explain(1, 2, 9)), ['argument c: 3 -> 9'])
  t.deepEqual(told(f.explain(7, 7, 7)), ['argument a: 4 -> 7', 'argument b: 4 -> 7', 'argument c: 4 -> 7'])
})

test('a stale entry and a refused look are explained by their reasons', (t) => {
  let now = 1000
  const memory = openMemory(t, { clock: () => now })
  const f = memory.cache((n: number) => n, { name: 'f', maxAge: 10 })
  f(1)
  now += 11
  t.deepEqual(f.explain(1), { status: 'stale', reason: 'expired', changed: [], state: [] })
  const transparent = new Memory(null).cache((n: number) => n, { name: 'f' })
  t.deepEqual(transparent.explain(1), { status: 'miss', reason: 'absent', changed: [], state: [] })
  throwsCode(t, 'ERR_UNHASHABLE', () => f.explain(Symbol('x') as unknown as number))
})

test('the event of a miss says what changed, and printing it does not ask the store', (t) => {
  const memory = openMemory(t)
  const events: CallEvent[] = []
  const seen: string[][] = []
  memory.on('call', (event) => {
    events.push(event)
    seen.push(told({ changed: [...(event.changed ?? [])] }))
  })
  const f = memory.cache((n: number) => n, { name: 'f' })
  f(1)
  f(2)
  f(2)
  t.deepEqual(seen, [[], ['argument n: 1 -> 2'], []])
  t.false(JSON.stringify(events).includes('changed'))
})

test('no value of an environment variable is kept, nor any value where that is not wanted', (t) => {
  const texts = (location: string): string =>
    filesIn(location)
      .map((file) => readFileSync(file, 'latin1'))
      .join('\n')
  process.env['ENGRAM_TEST_TOKEN'] = 'geheim-1'
  t.teardown(() => delete process.env['ENGRAM_TEST_TOKEN'])
  const kept = openMemory(t)
  const captured = 'captured-7'
  const wrap = (memory: Memory): CachedFunction<(text: string) => boolean> =>
    memory.cache((text: string) => text === process.env['ENGRAM_TEST_TOKEN'] || text === captured, {
      name: 'f',
      deps: [env('ENGRAM_TEST_TOKEN')],
    })
  wrap(kept)('argument-5')
  const withValues = texts(kept.location!)
  t.false(withValues.includes('geheim-1'))
  t.true(withValues.includes('argument-5') && withValues.includes('captured-7'))

  const silent = openMemory(t, { explainValues: false })
  const f = wrap(silent)
  f('argument-5')
  t.false(/argument-5|captured-7|geheim-1/.test(texts(silent.location!)))
  t.regex(told(f.explain('argument-6')).join(), /^argument text: #\w{8} -> #\w{8}$/)
  process.env['ENGRAM_TEST_TOKEN'] = 'geheim-2'
  t.regex(told(f.explain('argument-5')).join(), /capture process\.env\.ENGRAM_TEST_TOKEN: #\w{8} -> #\w{8}/)
})

test('a value other than true or false for explainValues is refused', (t) => {
  throwsCode(t, 'ERR_INVALID_OPTION', () => new Memory({ explainValues: 'no' as unknown as boolean }))
})

test.serial('a client hears from the owner what differs, whoever stored the nearest entry', async (t) => {
  const party = new Party(t)
  const [owner, client] = (await party.joinMany(2)) as [Peer, Peer]
  const explained = async (peer: Peer, key: string): Promise<string[]> =>
    told(await peer.do<Explanation>('explain', { name: 'f', key }))
  await client.call('f', 'one')
  t.deepEqual(await explained(owner, 'two'), ["argument key: 'one' -> 'two'"])
  await owner.call('f', 'two')
  t.deepEqual(await explained(client, 'three'), ["argument key: 'two' -> 'three'"])
  t.is((await client.do<Explanation>('explain', { name: 'f', key: 'two' })).status, 'hit')
})
