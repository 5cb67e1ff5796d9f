import test from 'ava'
import { type EngramError, Pipeline, task, withHash, workflow } from '../../index.ts'
import { doorOf } from '../../src/memory/memory.ts'
import { handGiven } from '../../src/run/given.ts'
import { handPayload } from '../../src/run/handed.ts'
import { openMemory } from '../kit/temporary-store.ts'

// A run copied whatever the program gave it: an array of gigabytes took its memory once more, and its time in each run.

/** In elements of eight bytes: more than is copied. */
const LARGE = 200_000

const first = ({ array }: { array: Float64Array }): number => array[0]!

test('what is too large to be copied is given itself, and counts by its digest as a result does', (t) => {
  const memory = openMemory(t)
  const door = doorOf(memory)
  const value = { array: new Float64Array(LARGE).fill(1) }
  const given = handGiven(value, door)
  t.is(given.load(), value)
  t.is(given.payload().value, value)
  const stored = handPayload(memory.payload(value), door)
  t.is(given.digest, stored.digest)
  const key = memory.cache((input: unknown) => input, { name: 'key' }).key
  t.is(key(given.standIn), key(stored.standIn))
})

test('where it has changed since, it is refused until it is what it was again', (t) => {
  const value = new Float64Array(LARGE)
  const given = handGiven(value, doorOf(openMemory(t)))
  const { standIn } = given
  value[7] = 1
  t.is(t.throws<EngramError>(() => given.load()).code, 'ERR_INPUT_CHANGED')
  t.deepEqual(given.standIn, standIn)
  value[7] = 0
  t.is(given.load(), value)
})

test('a text that is tied to it, or to a part of it, stands for it in keys', (t) => {
  const memory = openMemory(t)
  const key = memory.cache((input: unknown) => input, { name: 'key' }).key
  const keyOf = (value: object): string => key(handGiven(value, doorOf(memory)).standIn)
  const tied = (fill: number): Float64Array => withHash(new Float64Array(LARGE).fill(fill), 'text')
  t.is(keyOf(tied(1)), keyOf(tied(2)))
  t.is(keyOf({ array: tied(1) }), keyOf({ array: tied(2) }))
  t.not(keyOf(new Float64Array(LARGE).fill(1)), keyOf(new Float64Array(LARGE).fill(2)))
})

test('a step that gets what the program changed meanwhile fails, and nothing is stored for it', async (t) => {
  const memory = openMemory(t)
  const array = new Float64Array(LARGE).fill(1)
  const pipeline = new Pipeline('large', { memory })
  const changing = pipeline.step(() => {
    array[0] = 2
    return 1
  })
  pipeline.step(
    function use(_: number, values: Float64Array) {
      return values[0]
    },
    changing,
    array,
  )
  const result = await pipeline.run()
  t.is((result.stepResults['use']!.error as EngramError).code, 'ERR_INPUT_CHANGED')
  t.is([...memory.entries()].length, 1)
})

test('a call of a task that gets it fails, and others that get it unchanged do not', async (t) => {
  const memory = openMemory(t)
  const node = task(first, { cache: true, cacheVersion: '1' })
  const array = new Float64Array(LARGE).fill(1)
  const changed = workflow(
    async () => {
      const call = node({ array })
      array[0] = 2
      return call
    },
    { name: 'changed', memory },
  )
  const error = await t.throwsAsync<EngramError>(async () => changed({}))
  t.is(error?.code, 'ERR_INPUT_CHANGED')
  const whole = workflow(async () => node({ array }), { name: 'whole', memory })
  t.is(await whole({}), 2)
  t.is(await whole({}), 2)
  array[0] = 1
  t.is(await whole({}), 1)
})
