// Equal calls under way at once, of which the first runs and the others wait for what it gives.
import test from 'ava'
import type { CallEvent } from '../../index.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

// Two callers shared one Response, whose body can be read once: the second one threw.
const live: Record<string, (id: number) => unknown> = {
  'a response': (id) => new Response(`body ${id}`),
  'a stream': (id) => new Blob([`body ${id}`]).stream(),
  'an iterator': (id) => [id].values(),
  'a function': (id) => () => id,
  'an object with one of these in it': (id) => ({ id, body: new Response('') }),
}

for (const [what, make] of Object.entries(live)) {
  test(`${what} is not shared: each caller has a run of its own`, async (t) => {
    const warnings = collectWarnings()
    let runs = 0
    const f = openMemory(t).cache(
      async (id: number) => {
        runs++
        await turn()
        return make(id)
      },
      { version: '1' },
    )
    const results = await Promise.all([f(1), f(1), f(1)])
    t.is(new Set(results).size, 3)
    t.is(runs, 3)
    t.like(f.stats(), { misses: 3, joined: 0, entries: 0 })
    t.deepEqual(warnings.codes(), ['ERR_UNSERIALIZABLE'])
  })
}

test('a response can be read by each caller', async (t) => {
  collectWarnings()
  const respond = openMemory(t).cache(async (id: number) => {
    await turn()
    return new Response(`body ${id}`)
  })
  const texts = await Promise.all([1, 1, 2].map(async (id) => (await respond(id)).text()))
  t.deepEqual(texts, ['body 1', 'body 1', 'body 2'])
})

// What `storeIf` or `mode` left unstored was one object for all who had joined.
for (const [why, mode, storeIf] of [
  ['storeIf refused it', 'readWrite', () => false],
  ['nothing is written', 'readOnly', undefined],
] as const) {
  test(`a plain result that is not stored is a copy for each caller, and runs once: ${why}`, async (t) => {
    let runs = 0
    const f = openMemory(t, { mode }).cache(
      async (n: number) => {
        runs++
        await turn()
        return { list: [n], bytes: new Uint8Array(100_000).fill(n) }
      },
      { storeIf },
    )
    const first = f(7).then((result) => {
      result.list.push(0)
      result.bytes.fill(0)
      return result
    })
    const [one, other] = await Promise.all([f(7), f(7), first])
    t.is(runs, 1)
    t.deepEqual([one.list, other.list, one.bytes[99_999], other.bytes[0]], [[7], [7], 7, 7])
    one.bytes.fill(1)
    t.is(other.bytes[0], 7)
  })
}

/** A function that takes some turns, and ends when its signal is aborted. */
function abortable(runs: number[]) {
  return async (id: number, options: { signal?: AbortSignal }): Promise<string> => {
    const run = runs.push(id)
    for (let count = 0; count < 5; count++) {
      await turn()
      options.signal?.throwIfAborted()
    }
    return `run ${run}`
  }
}

// The second caller was told that the first one had aborted.
test('when its first caller aborts, a run goes to the next one, which the others join', async (t) => {
  const runs: number[] = []
  const events: CallEvent[] = []
  const memory = openMemory(t)
  memory.on('call', (event) => events.push(event))
  const f = memory.cache(abortable(runs), { ignore: [1], version: '1' })
  const first = new AbortController()
  const calls = [f(7, { signal: first.signal }), ...[1, 2, 3].map(() => f(7, { signal: new AbortController().signal }))]
  first.abort()
  const ends = await Promise.allSettled(calls)
  t.deepEqual(
    ends.map((end) => (end.status === 'fulfilled' ? end.value : (end.reason as Error).name)),
    ['AbortError', 'run 2', 'run 2', 'run 2'],
  )
  t.is(runs.length, 2)
  t.deepEqual(events.map(({ status }) => status).toSorted(), ['joined', 'joined', 'miss', 'miss'])
  t.is(await f(7, {}), 'run 2')
})

test('a caller that passes the same signal is rejected with the first one', async (t) => {
  const runs: number[] = []
  const f = openMemory(t).cache(abortable(runs), { ignore: [1], version: '1' })
  const controller = new AbortController()
  const [one, other] = [f(7, { signal: controller.signal }), f(7, { signal: controller.signal })]
  controller.abort()
  const [first, second] = await Promise.allSettled([one, other])
  t.is((first as PromiseRejectedResult).reason, (second as PromiseRejectedResult).reason)
  t.is(runs.length, 1)
})

const reasons: Record<string, (controller: AbortController) => void> = {
  'its own reason': (controller) => controller.abort(new RangeError('enough')),
  'a reason that is no error': (controller) => controller.abort('enough'),
}

for (const [what, abort] of Object.entries(reasons)) {
  test(`whatever a run is aborted with, the next one runs: ${what}`, async (t) => {
    const f = openMemory(t).cache(abortable([]), { ignore: [1], version: '1' })
    const first = new AbortController()
    const calls = [f(1, { signal: first.signal }), f(1, {})]
    abort(first)
    const [one, other] = await Promise.allSettled(calls)
    t.is((one as PromiseRejectedResult).reason, first.signal.reason)
    t.is((other as PromiseFulfilledResult<string>).value, 'run 2')
  })
}

test('a time limit of the first caller is not that of the others', async (t) => {
  const f = openMemory(t).cache(
    async (_id: number, { signal }: { signal: AbortSignal }) => {
      if (signal.reason !== undefined) throw signal.reason as Error
      await new Promise((resolve, reject) => {
        setTimeout(resolve, 200)
        signal.addEventListener('abort', () => reject(signal.reason as Error))
      })
      return 'done'
    },
    { ignore: [1], version: '1' },
  )
  const [first, second] = await Promise.allSettled([
    f(1, { signal: AbortSignal.timeout(5) }),
    f(1, { signal: new AbortController().signal }),
  ])
  t.is(((first as PromiseRejectedResult).reason as Error).name, 'TimeoutError')
  t.is((second as PromiseFulfilledResult<string>).value, 'done')
})

// How callers hand a signal over.
const holders: Record<string, (controller: AbortController) => unknown> = {
  alone: ({ signal }) => signal,
  'in options': ({ signal }) => ({ http: { retry: 1, signal } }),
  'in a list': ({ signal }) => [1, [signal]],
  'in a map': ({ signal }) => new Map([['signal', signal]]),
  'in a set': ({ signal }) => new Set([signal]),
  'by its controller': (controller) => ({ controller }),
  'in a request': ({ signal }) => new Request('http://localhost/', { signal }),
  'under a symbol': ({ signal }) => ({ [Symbol('signal')]: signal }),
  'combined with others': ({ signal }) => ({ signal: AbortSignal.any([signal, new AbortController().signal]) }),
  'in an object that holds itself': ({ signal }) => {
    const options: Record<string, unknown> = {}
    return Object.assign(options, { options, signal })
  },
}

for (const [where, hold] of Object.entries(holders)) {
  test(`a signal is found wherever it is passed: ${where}`, async (t) => {
    const aborting = new AbortController()
    let runs = 0
    const f = openMemory(t).cache(
      async (_id: number, _held: unknown) => {
        const isFirst = ++runs === 1
        for (let count = 0; count < 3; count++) await turn()
        if (isFirst) throw aborting.signal.reason as Error
        return runs
      },
      { ignore: [1], version: '1' },
    )
    const calls = [f(1, hold(aborting)), f(1, hold(new AbortController()))]
    aborting.abort()
    const [first, second] = await Promise.allSettled(calls)
    t.is(first!.status, 'rejected')
    t.is((second as PromiseFulfilledResult<number>).value, 2)
  })
}

test('a run that fails for another reason fails for all, whatever signals they pass', async (t) => {
  let runs = 0
  const f = openMemory(t).cache(
    async (_id: number, _options: { signal: AbortSignal }) => {
      runs++
      await turn()
      throw new RangeError('wrong')
    },
    { ignore: [1], version: '1' },
  )
  const call = (): Promise<unknown> => f(1, { signal: new AbortController().signal })
  const ends = await Promise.allSettled([call(), call()])
  t.true(ends.every((end) => end.status === 'rejected' && end.reason instanceof RangeError))
  t.is(runs, 1)
})

test('of calls that abort one after the other, the last one runs', async (t) => {
  const runs: number[] = []
  const f = openMemory(t).cache(abortable(runs), { ignore: [1], version: '1' })
  const controllers = Array.from({ length: 4 }, () => new AbortController())
  const calls = controllers.map(({ signal }) => f(1, { signal }))
  for (const controller of controllers.slice(0, 3)) {
    controller.abort()
    await turn()
    await turn()
  }
  const ends = await Promise.allSettled(calls)
  t.deepEqual(
    ends.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected', 'fulfilled'],
  )
})

test('a refresh that joined in the mode refresh tries again as well', async (t) => {
  const runs: number[] = []
  const f = openMemory(t, { mode: 'refresh' }).cache(abortable(runs), { ignore: [1], version: '1' })
  const first = new AbortController()
  const calls = [f(1, { signal: first.signal }), f(1, {}), f(1, {})]
  first.abort()
  const ends = await Promise.allSettled(calls)
  t.deepEqual(
    ends.map(({ status }) => status),
    ['rejected', 'fulfilled', 'fulfilled'],
  )
  t.is(runs.length, 2)
})
