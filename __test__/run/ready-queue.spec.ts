import test from 'ava'
import fc from 'fast-check'
import { ReadyQueue } from '../../src/run/ready-queue.ts'

test('whatever is added and taken in between, the least leaves first', (t) => {
  const acts = fc.array(fc.option(fc.integer({ min: 0, max: 1000 }), { nil: undefined }), { maxLength: 200 })
  fc.assert(
    fc.property(acts, (all) => {
      const queue = new ReadyQueue()
      let model: number[] = []
      for (const number of all) {
        if (number === undefined) {
          model.sort((one, other) => one - other)
          const [least] = model
          model = model.slice(1)
          if (queue.take() !== least) return false
        } else {
          queue.add(number)
          model.push(number)
        }
        if (queue.size !== model.length) return false
      }
      return true
    }),
  )
  t.is(new ReadyQueue().take(), undefined)
})
