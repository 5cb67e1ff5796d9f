import test from 'ava'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Pipeline, step } from '../../index.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'
import { collectWarnings } from '../kit/warnings.ts'

const makeLarge = (): Uint8Array => new Uint8Array(300_000).fill(7)
const given: unknown[] = []
const uses = step(
  (length: number, large: Uint8Array) => {
    given.push([length, large[0]])
  },
  { name: 'uses', inputs: ['drops', 'large'] },
)

test.afterEach(() => given.splice(0))

test.serial('of what a step is given, only what is gone is made again', async (t) => {
  const memory = openMemory(t)
  const ran: string[] = []
  const large = step(
    () => {
      ran.push('large')
      return makeLarge()
    },
    { name: 'large' },
  )
  const drops = step(
    (bytes: Uint8Array) => {
      ran.push('drops')
      memory.clear({ name: 'large' })
      return bytes.length
    },
    { name: 'drops', inputs: ['large'] },
  )
  const result = await new Pipeline('dropped', { memory }).addStep(large, drops, uses).run()
  result.orThrow()
  t.deepEqual(given, [[300_000, 7]])
  t.deepEqual(ran, ['large', 'drops', 'large'])
})

test.serial('a step gets what it is given, however often the directory is deleted', async (t) => {
  collectWarnings()
  const cacheDir = join(temporaryDirectory(t), 'store')
  const large = step(makeLarge, { name: 'large' })
  // Where its own result is gone with the directory, it runs again, and deletes the next one.
  const drops = step(
    (bytes: Uint8Array) => {
      rmSync(cacheDir, { recursive: true, force: true })
      return bytes.length
    },
    { name: 'drops', inputs: ['large'], captures: { ignore: ['cacheDir'] } },
  )
  const pipeline = new Pipeline('deleted', { cacheDir }).addStep(large, drops, uses)
  t.teardown(() => pipeline.close())
  const result = await pipeline.run()
  result.orThrow()
  t.deepEqual(given, [[300_000, 7]])
})
