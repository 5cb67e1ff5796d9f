// Under jsdom there is no `setImmediate`: a stale result that is served (`staleWhileRevalidate`), a long pipeline or an app threw a
// ReferenceError. With the fake timers of a test runner, which stand still until the test moves them, they waited for ever.
import test from 'ava'
import { Program } from '../kit/program.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

test('what engram waits for by itself comes where the program has stopped the clock', async (t) => {
  const { code, stdout, stderr } = await new Program('stopped-clock.ts', temporaryDirectory(t)).ending
  t.is(stderr, '')
  t.is(stdout, 'served 1 and ran 2\npipeline completed\napp 60\n')
  t.is(code, 0)
})
