import test from 'ava'
import { Explanations } from '../../src/run/explanations.ts'

test('why calls run is told as long as telling takes little of a run', (t) => {
  const explanations = new Explanations()
  const change = { part: 'argument', name: 'x' } as const
  t.deepEqual(
    explanations.of(() => [change]),
    [change],
  )
  t.deepEqual(
    explanations.of(() => undefined),
    [],
  )
  const searched = explanations.of(() => {
    const begunAt = performance.now()
    while (performance.now() - begunAt < 300);
    return [change]
  })
  t.deepEqual(searched, [change])
  t.deepEqual(
    explanations.of(() => t.fail() as never),
    [],
  )
})
