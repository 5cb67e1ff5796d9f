// What the compiler knows of outputs; `npm run check tsc` fails where it knows something else.
import test from 'ava'
import { Pipeline, step } from '../../index.ts'
import { openMemory } from '../kit/temporary-store.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <T extends true>(_is?: T): void => undefined

const rows = step(() => [1, 2, 3], { name: 'load', outputs: ['rows'] })
const sum = step((given: number[]) => given.reduce((total, one) => total + one, 0), { name: 'sum', inputs: ['rows'] })
// How a function is called is not part of its type.
const count = step(
  function count(given: number[]) {
    return given.length
  },
  { inputs: ['rows'] },
)

test('steps that name what they give have it by type, and nothing else', async (t) => {
  const { outputs } = await new Pipeline('named', { memory: openMemory(t) }).addStep(rows, sum).run()
  is<Equal<typeof outputs.rows, number[]>>()
  is<Equal<typeof outputs.sum, number>>()
  // @ts-expect-error no step gives it
  t.is(outputs.nothing, undefined)
  t.deepEqual([outputs.rows, outputs.sum], [[1, 2, 3], 6])
})

test('beside a step that goes by the name of its function, what others give keeps its type', async (t) => {
  const first = new Pipeline('first', { memory: openMemory(t) }).addStep(count).addStep(rows).addStep(sum)
  const last = new Pipeline('last', { memory: openMemory(t) }).addStep(rows, sum, count)
  for (const { outputs } of [await first.run(), await last.run()]) {
    is<Equal<typeof outputs.rows, number[]>>()
    is<Equal<typeof outputs.sum, number>>()
    is<Equal<typeof outputs.count, any>>()
    t.deepEqual([outputs.count, outputs.sum], [3, 6])
  }
})
