// What Flyte's own tests assert of its catalog and of reservations, each test named after theirs, where the store and its leases
// do what those services do: datacatalog_test, artifact_manager_test, reservation_manager_test, cache_test.go, the executor's
// RecursiveNodeHandler_Cache, and the cache service's manager and client. What needs processes is in serialized.spec.ts.
import test, { type ExecutionContext } from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { Memory, type TaskOptions, task, withRunContext, workflow } from '../../index.ts'
import { StoppedClock } from '../kit/stopped-clock.ts'
import { lastRun } from '../kit/tasks.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

const CACHED = { cache: true, cacheVersion: '1.0.0' } as const

/** Runs a node as a run of its own, and says what became of it in Flyte's words. */
async function statusOf(memory: Memory, node: any, inputs: object = {}, options: object = {}): Promise<string> {
  await withRunContext(options).run(node, inputs)
  return lastRun(memory).calls.at(-1)!.cacheStatus
}

test('datacatalog_test: Get: no dataset, no artifact, found, no inputs and outputs', async (t) => {
  const memory = openMemory(t)
  const node = task(({ n }: { n: number }) => n, { name: 'node', ...CACHED, memory })
  t.is(await statusOf(memory, node, { n: 1 }), 'populated')
  t.is(await statusOf(memory, node, { n: 2 }), 'populated')
  t.is(await statusOf(memory, node, { n: 1 }), 'hit')
  const bare = task(() => undefined, { name: 'bare', ...CACHED, memory })
  t.deepEqual([await statusOf(memory, bare), await statusOf(memory, bare)], ['populated', 'hit'])
})

test('datacatalog_test: Get: expired and non-expired; client: max age is not found', async (t) => {
  const clock = new StoppedClock()
  const memory = openMemory(t, { clock: clock.read })
  let runs = 0
  const options: TaskOptions<undefined> = { name: 'node', memory, cache: { version: '1', maxAge: '1h' } }
  const node = task(({ n: _ }: { n: number }) => ++runs, options)
  t.is(await statusOf(memory, node, { n: 1 }), 'populated')
  clock.now += 3_600_000
  t.is(await statusOf(memory, node, { n: 1 }), 'hit')
  clock.now += 1
  t.is(await statusOf(memory, node, { n: 1 }), 'populated')
  t.is(lastRun(memory).calls[0]!.reason, 'expired')
  // The reader's limit: who has another one finds what this one does not.
  clock.now += 7_200_000
  t.is(await statusOf(memory, node.withOverrides({ cache: { version: '1', maxAge: '1d' } }), { n: 1 }), 'hit')
})

test('datacatalog_test: Put: new and existing; Update: overwrite, and what there is none of', async (t) => {
  const memory = openMemory(t)
  let runs = 0
  const node = task(({ n: _ }: { n: number }) => ++runs, { name: 'node', ...CACHED, memory })
  t.is(await statusOf(memory, node, { n: 1 }, { overwriteCache: true }), 'populated')
  t.is(await node({ n: 1 }), 1)
  t.is(await statusOf(memory, node, { n: 1 }, { overwriteCache: true }), 'populated')
  t.is(await node({ n: 1 }), 2)
  t.is([...memory.entries()].length, 1)
})

test('artifact_manager_test: create, get, list, update, missing data', async (t) => {
  const memory = openMemory(t)
  const node = task(({ n }: { n: number }) => new Uint8Array(n), {
    name: 'node',
    ...CACHED,
    memory,
    project: 'p',
    domain: 'd',
  })
  for (const n of [0, 1, 100_000]) await node({ n })
  t.is([...memory.entries({ name: 'node', project: 'p', domain: 'd' })].length, 3)
  t.is([...memory.entries({ project: 'q' })].length, 0)
  t.is((await node({ n: 0 })).length, 0)
  const payload = await node({ n: 100_000 }).payload()
  memory.clear()
  t.throws(() => payload.value, { code: 'ERR_NOT_FOUND' })
})

// ------------------------------------------------------------------------------------------------- reservations

/** Two that share a directory, as two executions of Flyte do, and a task that runs until it is let go. */
function executions(t: ExecutionContext, options: object = { cacheSerialize: true }) {
  const location = temporaryDirectory(t)
  const runs: string[] = []
  const gates: { release: () => void; fail: (error: Error) => void }[] = []
  const execution = (name: string) => {
    const memory = new Memory(location)
    t.teardown(() => memory.close())
    const body = ({ n }: { n: number }): Promise<string> => {
      runs.push(name)
      return new Promise((resolve, reject) => gates.push({ release: () => resolve(`${n} by ${name}`), fail: reject }))
    }
    const node = task(body, { name: 'node', ...CACHED, ...options, memory })
    return { memory, node }
  }
  const begun = async (count: number): Promise<void> => {
    while (runs.length < count) await sleep(2)
  }
  return { runs, gates, begun, one: execution('one'), other: execution('other') }
}

test('reservation_manager_test: create, exists → who holds it; v2: a held reservation returns its owner', async (t) => {
  const { runs, gates, begun, one, other } = executions(t)
  const first = one.node({ n: 1 })
  await begun(1)
  const second = other.node({ n: 1 })
  await sleep(50)
  t.deepEqual(runs, ['one'])
  // Another reservation is free.
  const third = other.node({ n: 2 })
  await begun(2)
  gates[0]!.release()
  gates[1]!.release()
  t.deepEqual(await Promise.all([first, second, third]), ['1 by one', '1 by one', '2 by other'])
})

test('reservation_manager_test: release, and graceful when missing', async (t) => {
  const { runs, gates, begun, one, other } = executions(t)
  const first = one.node({ n: 1 })
  await begun(1)
  // Who waits in this process joined that run, and fails with it; another process tries for itself.
  const second = other.node({ n: 1 })
  await sleep(20)
  gates[0]!.fail(new RangeError('of the holder'))
  await t.throwsAsync(first, { message: 'of the holder' })
  await t.throwsAsync(second, { message: 'of the holder' })
  const third = other.node({ n: 1 })
  await begun(2)
  gates[1]!.release()
  t.is(await third, '1 by other')
  t.deepEqual(runs, ['one', 'other'])
  // There is nothing left to be released.
  t.is(await one.node({ n: 1 }), '1 by other')
})

test('reservation_manager_test: extend by its owner: a run may last as long as it wants', async (t) => {
  const { gates, runs, begun, one, other } = executions(t)
  const both = [one.node({ n: 1 }), other.node({ n: 1 })]
  await begun(1)
  // Nothing has to be extended: who holds it lives.
  await sleep(500)
  t.is(runs.length, 1)
  gates[0]!.release()
  t.deepEqual(new Set(await Promise.all(both)).size, 1)
})

test('executor: NotYetStarted → Miss → Queued; → Hit → Success; Queued (other owner) → Hit → Success', async (t) => {
  const { runs, gates, begun, one, other } = executions(t)
  const flows = [one, other].map(({ node, memory }) => workflow(() => node({ n: 1 }), { name: 'flow', memory }))
  const both = [flows[0]!()]
  await begun(1)
  both.push(flows[1]!())
  await sleep(20)
  gates[0]!.release()
  t.deepEqual(await Promise.all(both), ['1 by one', '1 by one'])
  const calls = Array.from(one.memory.runs({ name: 'flow' }), (run) => run.calls[0]!)
  t.deepEqual(calls.map(({ state, attempts }) => `${state} ${attempts}`).sort(), ['hit 0', 'ran 1'])
  t.is(await flows[1]!(), '1 by one')
  t.deepEqual(runs, ['one'])
})

test('cache_test.go: phase info: neither cache nor reservation, cache, both', async (t) => {
  for (const [options, runsOfTwo] of [
    [{ cache: false }, 2],
    [{}, 1],
    [{ cacheSerialize: true }, 1],
  ] as const) {
    const { runs, gates, begun, one, other } = executions(t, options)
    const both = [one.node({ n: 1 }), other.node({ n: 1 })]
    await begun(runsOfTwo)
    for (const gate of gates) gate.release()
    await Promise.all(both)
    t.is(runs.length, runsOfTwo)
  }
})

test('cache_test.go: check: miss, hit with and without outputs; write: with and without outputs', async (t) => {
  const memory = openMemory(t)
  for (const result of [{ rows: 1 }, undefined]) {
    const node = task(({ n: _ }: { n: number }) => result, { name: `node ${typeof result}`, ...CACHED, memory })
    t.is(await statusOf(memory, node, { n: 1 }), 'populated')
    t.is(await statusOf(memory, node, { n: 1 }), 'hit')
    t.deepEqual(await node({ n: 1 }), result)
  }
})

test('v2 client: the key contains the version, and put uses what get used', async (t) => {
  const memory = openMemory(t)
  const node = task(({ n }: { n: number }) => n, { name: 'node', ...CACHED, memory })
  const keys: string[] = []
  for (const version of ['1', '2', '1']) {
    await withRunContext({ onCall: ({ key }) => keys.push(key) }).run(node.withOverrides({ cacheVersion: version }), {
      n: 1,
    })
  }
  t.is(keys[0], keys[2])
  t.not(keys[0], keys[1])
  t.deepEqual(Array.from(memory.entries(), ({ key }) => key).sort(), [keys[0]!, keys[1]!].sort())
})
