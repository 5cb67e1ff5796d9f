import test from 'ava'
import { Pipeline } from '../../index.ts'
import { openMemory } from '../kit/temporary-store.ts'

test('the summary tells what became of the items of a map, failed ones too', async (t) => {
  const pipeline = new Pipeline('mapping', { memory: openMemory(t) })
  const wholes = pipeline.input<number[]>('wholes')
  const inverse = (n: number): number => {
    if (n === 0) throw new RangeError('0 has no inverse')
    return 1 / n
  }
  pipeline.map(wholes, inverse, { minSuccessRatio: 0.5 })
  const line = async (inputs: number[]): Promise<string> =>
    (await pipeline.run({ inputs: { wholes: inputs } })).summary().split('\n')[1]!

  t.regex(await line([1, 2, 0]), /^inverse +ran .*\b2 items ran, 1 item failed$/)
  t.regex(await line([1, 2, 4, 0]), /^inverse +ran .*\b2 items hit, 1 item ran, 1 item failed$/)
  t.regex(await line([4, 2]), /^inverse +ran .*\b2 items hit$/)
  t.regex(await line([4, 2]), /^inverse +hit .*\b2 items hit$/)
})
