import test from 'ava'
import { Dependents } from '../../src/run/dependents.ts'

test('dependents of a call come in the order in which they were added, however many there are', (t) => {
  const dependents = new Dependents(100)
  const wanted = Array.from({ length: 100 }, (): number[] => [])
  for (let n = 0; n < 5000; n++) {
    const call = (n * 37) % 99
    dependents.add(call, n)
    wanted[call]!.push(n)
  }
  t.deepEqual(
    wanted.map((_, call) => dependents.of(call)),
    wanted,
  )
})
