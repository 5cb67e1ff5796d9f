import test from 'ava'
import { currentContext, hashMethod, step } from '../../index.ts'
import { openPipeline, statesOf, statesOfRun } from '../kit/pipelines.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

test('parameters: with defaults, destructured, rest, and by `inputs` in order', async (t) => {
  const defaults = step((a: number, b = 5) => [a, b], { name: 'defaults' })
  const members = step(({ a, c = 7 }: { a: number; c?: number }) => [a, c], { name: 'members' })
  const rest = step((...all: number[]) => all, { name: 'rest', inputs: ['a', 'd', 'a'] })
  const ordered = step((x: number, y: number) => [x, y], { name: 'ordered', inputs: ['d', 'a'] })
  const pipeline = openPipeline(t, { context: { a: 1, d: 4 } }).addStep(defaults, members, rest, ordered)
  for (const state of ['ran', 'hit'] as const) {
    const result = (await pipeline.run()).orThrow()
    t.true(Object.values(statesOf(result)).every((one) => one === state))
    t.deepEqual({ ...result.outputs } as object, {
      defaults: [1, 5],
      members: [1, 7],
      rest: [1, 4, 1],
      ordered: [4, 1],
    })
  }
  const given = (await pipeline.run({ inputs: { b: 6, c: 8 } })).orThrow()
  t.deepEqual(
    [given.get('defaults'), given.get('members')],
    [
      [1, 6],
      [1, 8],
    ],
  )
})

test('outputs of steps go before inputs of the run, and these before the context', async (t) => {
  const makes = step(() => 'made', { name: 'makes', outputs: ['a'] })
  const takes = step((a: string, b: string, c: string) => [a, b, c], { name: 'takes' })
  const pipeline = openPipeline(t, { context: { a: 'context', b: 'context', c: 'context' } }).addStep(makes, takes)
  const result = await pipeline.run({ inputs: { b: 'input' }, context: { c: 'of the run' } })
  t.deepEqual(result.get('takes'), ['made', 'input', 'of the run'])
})

test('what is ignored or hashed by a function of the user counts so', async (t) => {
  const ignores = step((x: number, verbose: boolean) => (verbose ? x : x), { name: 'ignores', ignore: ['verbose'] })
  const hashes = step((rows: { id: number; at: number }[]) => rows.length, {
    name: 'hashes',
    hash: { rows: (rows: { id: number }[]) => rows.map(({ id }) => id).join() },
  })
  const pipeline = openPipeline(t).addStep(ignores, hashes)
  await pipeline.run({ inputs: { x: 1, verbose: true, rows: [{ id: 1, at: 1 }] } })
  const same = { x: 1, verbose: false, rows: [{ id: 1, at: 2 }] }
  t.deepEqual(await statesOfRun(pipeline, { inputs: same }), { ignores: 'hit', hashes: 'hit' })
  const other = { x: 2, verbose: false, rows: [{ id: 2, at: 2 }] }
  t.deepEqual(await statesOfRun(pipeline, { inputs: other }), { ignores: 'ran', hashes: 'ran' })
})

test('a hash of an output decides whether its followers run', async (t) => {
  const rounded = hashMethod((value: number) => value.toFixed(1))
  const measures = step((x: number) => x, { name: 'measures', outputs: [{ name: 'measured', hash: rounded }] })
  const uses = step((measured: number) => measured * 2, { name: 'uses' })
  const pipeline = openPipeline(t).addStep(measures, uses)
  t.is((await pipeline.run({ inputs: { x: 1.01 } })).get('measured'), 1.01)
  t.deepEqual(await statesOfRun(pipeline, { inputs: { x: 1.02 } }), { measures: 'ran', uses: 'hit' })
  t.deepEqual(await statesOfRun(pipeline, { inputs: { x: 1.2 } }), { measures: 'ran', uses: 'ran' })
})

test('the strategy: of the step, by a version, of the pipeline, and never of the memory', async (t) => {
  const memory = openMemory(t, { strategy: 'inputHash' })
  const bodies = [(x: number) => x, (x: number) => x + 1 - 1]
  const states = async (options: object, ofPipeline: object): Promise<unknown[]> => {
    memory.clear()
    const found: unknown[] = []
    for (const body of bodies) {
      const pipeline = openPipeline(t, { memory, ...ofPipeline }).addStep(step(body, { name: 'body', ...options }))
      found.push((await pipeline.run({ inputs: { x: 1 } })).stepResults['body']?.state)
    }
    return found
  }
  t.deepEqual(await states({}, {}), ['ran', 'ran'])
  t.deepEqual(await states({}, { cache: 'inputHash' }), ['ran', 'hit'])
  t.deepEqual(await states({}, { cache: false }), ['ran', 'ran'])
  t.deepEqual(await states({ version: '1' }, {}), ['ran', 'hit'])
  t.deepEqual(await states({ cache: true }, { cache: 'inputHash' }), ['ran', 'ran'])
  t.deepEqual(await states({ version: '1', cache: 'codeHash' }, {}), ['ran', 'ran'])
})

test('a step that is used twice with equal arguments in a run runs once', async (t) => {
  let runs = 0
  const slow = step(
    async (x: number) => {
      runs++
      await new Promise((resolve) => setTimeout(resolve, 5))
      return x
    },
    { name: 'slow', captures: { ignore: ['runs'] } },
  )
  const pipeline = openPipeline(t)
  const [one, other] = [pipeline.step(slow, 1), pipeline.step(slow, 1)]
  const result = (await pipeline.run()).orThrow()
  t.deepEqual([runs, result.get(one), result.get(other)], [1, 1, 1])
  t.deepEqual(Object.values(statesOf(result)).sort(), ['hit', 'ran'])
  const joined = Object.values(result.stepResults).find(({ state }) => state === 'hit')
  t.is(joined?.attempts, 0)
})

test('an output that all objects have by themselves has to be given', async (t) => {
  const parts = step(() => ({ x: 1 }), { name: 'parts', outputs: ['x', 'constructor'] })
  const failed = await openPipeline(t).addStep(parts).run()
  t.is((failed.stepResults['parts']?.error as { code?: string } | undefined)?.code, 'ERR_PIPELINE')
  const given = step(() => ({ x: 1, constructor: 2, ['__proto__']: 3 }), {
    name: 'given',
    outputs: ['x', 'constructor', '__proto__'],
  })
  const result = await openPipeline(t).addStep(given).run()
  t.deepEqual(
    ['x', 'constructor', '__proto__'].map((name) => result.get(name)),
    [1, 2, 3],
  )
  class Fitted {
    get loss(): number {
      return 4
    }
    readonly rate = 5
  }
  const instance = step(() => new Fitted(), { name: 'instance', outputs: ['loss', 'rate'] })
  t.is((await openPipeline(t).addStep(instance).run()).get('loss'), 4)
})

test('each attempt gets inputs of its own', async (t) => {
  let attempts = 0
  const grows = step(
    (rows: number[]) => {
      rows.push(2)
      if (attempts++ === 0) throw new Error('flaky')
      return rows.length
    },
    { name: 'grows', retry: { count: 1, backoff: { base: 0 } }, captures: { ignore: ['attempts'] } },
  )
  const rows = [1]
  t.is((await openPipeline(t).addStep(grows).run({ inputs: { rows } })).get('grows'), 2)
  t.deepEqual(rows, [1])
})

test('what runs is known to what it calls, also after an await, and in a run within a run', async (t) => {
  const memory = openMemory(t)
  const seen = async (): Promise<string> => {
    await Promise.resolve()
    return currentContext()?.name ?? 'none'
  }
  const inner = step(seen, { name: 'inner', cache: false })
  const outer = step(
    async () => {
      const within = await openPipeline(t, { memory }, 'within').addStep(inner).run()
      return [within.get('inner'), await seen(), currentContext()!.runId !== within.runId]
    },
    { name: 'outer', cache: false },
  )
  const others = [1, 2, 3].map((n) => step(seen, { name: `other${n}`, cache: false }))
  const result = (await openPipeline(t, { memory }).addStep(outer).addSteps(others).run()).orThrow()
  t.deepEqual(result.get('outer'), ['inner', 'outer', true])
  for (const n of [1, 2, 3]) t.is(result.get(`other${n}`), `other${n}`)
  t.is(await seen(), 'none')
  t.is(currentContext(), undefined)
})

test('memories that only read, that refresh, and that are off', async (t) => {
  collectWarnings()
  const location = openMemory(t).location!
  const parts = step((x: number) => ({ low: [x], high: [x + 1] }), { name: 'parts', outputs: ['low', 'high'] })
  const uses = step((high: number[]) => high.length, { name: 'uses' })
  const states = async (mode: 'readWrite' | 'readOnly' | 'refresh' | 'off', x: number): Promise<unknown> => {
    const pipeline = openPipeline(t, { memory: openMemory(t, { location, mode }) }).addStep(parts, uses)
    const result = (await pipeline.run({ inputs: { x } })).orThrow()
    t.deepEqual([result.get('low'), result.get('uses')], [[x], 1])
    return Object.values(statesOf(result))
  }
  t.deepEqual(await states('readOnly', 1), ['ran', 'ran'])
  t.deepEqual(await states('readWrite', 1), ['ran', 'ran'])
  t.deepEqual(await states('readOnly', 1), ['hit', 'hit'])
  t.deepEqual(await states('refresh', 1), ['ran', 'ran'])
  t.deepEqual(await states('off', 1), ['ran', 'ran'])
})
