import test from 'ava'
import { killDeployments } from '../kit/killed-deployments.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

// `npm run soak -- --only works --rounds 200` does so at many moments.
test('a deployment that is killed repeats no call that was done, and has all its checkpoints', async (t) => {
  const found = await killDeployments(temporaryDirectory(t), 3)
  t.deepEqual(found, { killed: 3, repeated: 0, lost: 0, hangs: 0, failures: [], examples: [] })
})
