// A run that was given an executor ran its tasks in the thread of the program, and said nothing.
import test from 'ava'
import { type Executor, Memory, task, withRunContext, workflow } from '../../index.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

test('tasks run in the thread of the program whatever the executor, which is said once', async (t) => {
  const warnings = collectWarnings()
  const memory = new Memory(temporaryDirectory(t))
  t.teardown(() => memory.close())
  let sent = 0
  const executor: Executor = {
    name: 'elsewhere',
    concurrency: 2,
    run: async () => void sent++,
    [Symbol.asyncDispose]: async () => {},
  }
  const double = task(({ n }: { n: number }) => 2 * n, { name: 'double', memory, cache: true, cacheVersion: '1' })
  const wf = workflow(({ n }: { n: number }) => double({ n }), { name: 'wf', memory })
  t.is(await withRunContext({ executor }).run(wf, { n: 1 }), 2)
  t.is(await withRunContext({ executor }).run(wf, { n: 2 }), 4)
  t.is(sent, 0)
  t.deepEqual(warnings.codes(), ['ERR_UNSENDABLE'])
})
