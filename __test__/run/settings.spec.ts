import test from 'ava'
import { resolveRunOptions } from '../../src/run/settings.ts'
import { throwsCode } from '../kit/error-code.ts'

test('what a run does unless it is told otherwise', (t) => {
  const defaults = { cache: true, concurrency: 16, onFailure: 'finish', progress: 'auto' } as const
  t.deepEqual(resolveRunOptions({}), defaults)
  const { signal } = new AbortController()
  const onCall = (): void => undefined
  const own = {
    cache: 'overwrite',
    concurrency: Infinity,
    onFailure: 'stop',
    progress: 'json',
    signal,
    onCall,
  } as const
  t.deepEqual(resolveRunOptions(own), own)
})

test('what makes no sense is refused', (t) => {
  const wrong = [
    { cache: 'yes' },
    { cache: null },
    { concurrency: 0 },
    { concurrency: -Infinity },
    { concurrency: 2.5 },
    { concurrency: '2' },
    { signal: { aborted: false } },
    { signal: null },
    { onFailure: 'retry' },
    { progress: true },
    { onCall: 'log' },
  ]
  for (const options of wrong) throwsCode(t, 'ERR_INVALID_OPTION', () => resolveRunOptions(options as object))
})
