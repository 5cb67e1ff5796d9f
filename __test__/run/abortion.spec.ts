import test from 'ava'
import { getEventListeners } from 'node:events'
import { Abortion } from '../../src/run/abortion.ts'

test('who waits is told once, with the first reason', (t) => {
  const abortion = new Abortion()
  const told: unknown[] = []
  abortion.whenAborted((reason) => told.push(reason))
  const end = abortion.whenAborted(() => told.push('not any more'))
  end()
  t.false(abortion.isAborted)
  abortion.abort('first')
  abortion.abort('second')
  abortion.whenAborted((reason) => told.push(`late ${String(reason)}`))
  t.deepEqual(told, ['first', 'late first'])
  t.deepEqual([abortion.isAborted, abortion.reason], [true, 'first'])
})

test('who leaves, from whatever place and however often, is not told, and the others are in their order', (t) => {
  const abortion = new Abortion()
  const told: number[] = []
  const ends = Array.from({ length: 6 }, (_, n) => abortion.whenAborted(() => told.push(n)))
  for (const n of [3, 0, 5, 3, 0, 4]) ends[n]!()
  abortion.whenAborted(() => told.push(6))
  ends[5]!()
  abortion.abort('now')
  for (const end of ends) end()
  t.deepEqual(told, [1, 2, 6])
})

test('it follows a signal until it is disposed of, and leaves no listener behind', (t) => {
  const controller = new AbortController()
  const [one, other] = [new Abortion(controller.signal), new Abortion(controller.signal)]
  t.is(getEventListeners(controller.signal, 'abort').length, 2)
  other.dispose()
  t.is(getEventListeners(controller.signal, 'abort').length, 1)
  controller.abort('enough')
  t.deepEqual([one.isAborted, one.reason, other.isAborted], [true, 'enough', false])
  t.true(new Abortion(controller.signal).isAborted)
})

test('what is waited for is given, or the reason of the end', async (t) => {
  const abortion = new Abortion()
  t.is(await abortion.whileRunning(Promise.resolve(1)), 1)
  await t.throwsAsync(abortion.whileRunning(Promise.reject(new Error('its own'))), { message: 'its own' })
  let give: (value: number) => void
  const pending = abortion.whileRunning(new Promise<number>((resolve) => (give = resolve)))
  const reason = new Error('the end')
  abortion.abort(reason)
  give!(5)
  t.is(await t.throwsAsync(pending), reason)
  t.is(await t.throwsAsync(abortion.whileRunning(Promise.resolve(1))), reason)
})

test('a rejection that nobody hears any more is no unhandled one', async (t) => {
  const unhandled: unknown[] = []
  const listener = (error: unknown): unknown => unhandled.push(error)
  process.on('unhandledRejection', listener)
  const abortion = new Abortion()
  let fail: (error: Error) => void
  const pending = abortion.whileRunning(new Promise((_, reject) => (fail = reject)))
  abortion.abort('the end')
  await t.throwsAsync(async () => {
    await pending.catch((error: unknown) => Promise.reject(new Error(String(error))))
  })
  fail!(new Error('late'))
  await new Promise((resolve) => setTimeout(resolve, 5))
  process.off('unhandledRejection', listener)
  t.deepEqual(unhandled, [])
})
