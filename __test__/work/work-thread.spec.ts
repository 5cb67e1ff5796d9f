// What an aborted call answered late was taken for the answer of the call that had begun since, on the same thread.
import test from 'ava'
import { doorOf } from '../../src/memory/memory.ts'
import { Attempt } from '../../src/run/running-call.ts'
import { componentOf } from '../../src/work/component.ts'
import { WorkThread } from '../../src/work/work-thread.ts'
import { eventually, within } from '../kit/deadline.ts'
import { openMemory } from '../kit/temporary-store.ts'
import Threaded from './threaded-works.ts'

const nothing = (): void => {}

test('what a call gives after it was aborted is not what the next one gives', async (t) => {
  const memory = openMemory(t)
  const work = new Threaded()
  const component = componentOf(work)!
  component.place('root')
  const module = new URL('threaded-works.ts', import.meta.url)
  const thread = new WorkThread(component, module, 'default', { memory, door: doorOf(memory) })
  t.teardown(() => thread.end())
  const [one, two] = [1, 2].map((count) => {
    return new Attempt(count, { runId: 'run', name: 'root', progress: nothing, report: nothing })
  }) as [Attempt, Attempt]
  const call = { args: [{ act: 'late' }], kept: undefined }
  const first = thread.run(call, one)
  await eventually('it runs', () => work.progress === 1)
  one.abortion.abort(new Error('its time is over'))
  const second = thread.run(call, two)
  await within('the end of the first', t.throwsAsync(first, { code: 'ERR_EXECUTOR' }))
  t.is(await within('the second', second), 'second')
})
