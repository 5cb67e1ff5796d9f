import test from 'ava'
import { once } from 'node:events'
import { createReadStream, openAsBlob } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { EngramError } from '../../src/words/error.ts'
import { keyOf } from '../key/key-of.ts'
import { difference, encode, roundTrip } from './round-trip.ts'

test('errors of classes come back as the nearest built-in one, with their name and properties', (t) => {
  class HttpError extends RangeError {
    readonly status: number
    override name = 'HttpError'
    constructor(message: string, status: number) {
      super(message, { cause: [status] })
      this.status = status
    }
  }
  class NotFound extends HttpError {}
  Object.defineProperty(NotFound.prototype, 'name', { value: 'NotFound' })
  const error = new NotFound('no', 404)
  const back = roundTrip<HttpError>(error)
  t.is(Object.getPrototypeOf(back), RangeError.prototype)
  t.deepEqual(
    [back.name, back.message, back.status, back.cause, back.stack],
    ['HttpError', 'no', 404, [404], error.stack],
  )
  delete (error as { name?: unknown }).name
  t.is(roundTrip(error).name, 'NotFound')
})

test('errors made without super are errors too', (t) => {
  function Legacy(this: Error, message: string): void {
    this.message = message
    Error.captureStackTrace(this, Legacy)
  }
  Legacy.prototype = Object.create(Error.prototype, {
    constructor: { value: Legacy },
    name: { value: 'Legacy' },
  }) as object
  const back = roundTrip(Reflect.construct(Legacy, ['old']) as Error)
  t.true(back instanceof Error)
  t.deepEqual([back.name, back.message], ['Legacy', 'old'])
})

test('a Blob that lies in memory is stored, however it was put together', async (t) => {
  const inner = new Blob(['b', Buffer.from('c')])
  const blob = new Blob(['a', inner, new Uint8Array([0xff]), 'x'.repeat(100_000)], { type: 'text/x' })
  const back = roundTrip({ blob, again: blob, part: blob.slice(1, 3) })
  t.is(back.blob, back.again)
  t.deepEqual(Buffer.from(await back.blob.arrayBuffer()), Buffer.from(await blob.arrayBuffer()))
  t.is(await back.part.text(), 'bc')
  t.is(back.blob.type, 'text/x')
})

test('a Blob of a file is refused: its bytes cannot be read within the call', async (t) => {
  const blob = await openAsBlob(fileURLToPath(import.meta.url))
  t.is(t.throws(() => encode({ blob }), { instanceOf: EngramError }).code, 'ERR_UNSERIALIZABLE')
  t.is(t.throws(() => keyOf({ blob }), { instanceOf: EngramError }).path, 'args[0].blob')
  t.is(roundTrip(new Blob([await blob.arrayBuffer()])).size, blob.size)
})

test('what is frozen or sealed comes back so, in cycles too', (t) => {
  const cycle: Record<string, unknown> = { list: [] }
  ;(cycle['list'] as unknown[]).push(Object.seal(new Map([[cycle, 1]])), Object.freeze(new Date(5)))
  const value = [Object.freeze(cycle), Object.freeze([]), Object.seal(Object.create(null) as object)]
  t.is(difference(roundTrip(value), value), undefined)
})

const isThere = 'Temporal' in globalThis
;(isThere ? test : test.skip)('every value of Temporal comes back and has a key', (t) => {
  const { Temporal } = globalThis as unknown as { Temporal: Record<string, { from(item: unknown): object }> }
  const make = (): object[] => [
    Temporal['Instant']!.from('2024-01-01T00:00:00.123456789Z'),
    Temporal['ZonedDateTime']!.from('2024-11-03T01:30:00-05:00[America/New_York][u-ca=hebrew]'),
    Temporal['PlainDate']!.from('2024-02-29[u-ca=japanese]'),
    Temporal['PlainTime']!.from('12:34:56.789'),
    Temporal['PlainDateTime']!.from('2024-01-01T01:02'),
    Temporal['PlainYearMonth']!.from('2024-02'),
    Temporal['PlainMonthDay']!.from('02-29'),
    Temporal['Duration']!.from({ months: 2, milliseconds: 1500 }),
    Temporal['Duration']!.from({ months: 2, seconds: 1, milliseconds: 500 }),
  ]
  const [values, others] = [make(), make()]
  for (const [index, value] of values.entries()) {
    const back = roundTrip(value)
    t.is(Object.getPrototypeOf(back), Object.getPrototypeOf(value))
    t.is(String(back), String(value))
    t.is(keyOf(value), keyOf(others[index]))
    t.is(keyOf(value), keyOf(back))
  }
  t.is(new Set(values.map((value) => keyOf(value))).size, values.length)
})

// Each was said to be helped by `memory.register`, which no stream, socket or signal is.
test('what no codec could store is not to be registered', async (t) => {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const socket = connect((server.address() as { port: number }).port)
  const file = createReadStream(fileURLToPath(import.meta.url))
  t.teardown(() => {
    socket.destroy()
    file.destroy()
    server.close()
  })
  const things: Record<string, object> = {
    promise: Promise.resolve(1),
    'weak map': new WeakMap(),
    'weak reference': new WeakRef({}),
    generator: (function* () {})(),
    'async generator': (async function* () {})(),
    iterator: new Map().entries(),
    signal: AbortSignal.timeout(1000),
    controller: new AbortController(),
    response: new Response('x'),
    request: new Request('http://localhost/'),
    'stream of the web': new ReadableStream(),
    'stream of a file': file,
    socket,
    server,
    channel: new MessageChannel().port1,
    function: () => 1,
  }
  for (const [what, thing] of Object.entries(things)) {
    for (const act of [() => encode([thing]), () => keyOf([thing])]) {
      const error = t.throws(act, { instanceOf: EngramError }, what)
      t.regex(error.path!, /^(result|args\[0\])\[0\]$/, what)
      t.notRegex(error.message, /[Rr]egister/, what)
    }
  }
})
