import test from 'ava'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Memory } from '../../index.ts'
import { Program } from '../kit/program.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'
import { numberedValue, valueOf } from './programs/numbered-values.ts'

const ROUNDS = 16

/** The last number that the writer said was stored. */
function lastOf(stdout: string): number | undefined {
  const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1).trimEnd()
  return whole === '' ? undefined : Number(whole.split('\n').at(-1))
}

test('every acknowledged entry is there and right after kill -9, round after round', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  const temporary = join(location, 'tmp')
  let next = 0
  for (let round = 0; round < ROUNDS; round++) {
    const first = next
    const writer = new Program('write-until-killed', location, String(first))
    // Somewhere else in the work each time: after so many entries, and a moment that is never the same.
    const wanted = first + ((round * 17) % 60)
    await writer.until((stdout) => (lastOf(stdout) ?? -1) >= wanted)
    writer.kill('SIGKILL')
    const { signal, stdout, stderr } = await writer.ending
    t.deepEqual([signal, stderr], ['SIGKILL', ''])
    next = lastOf(stdout)! + 1

    mkdirSync(temporary, { recursive: true })
    writeFileSync(join(temporary, '1-0'), 'what a writer left')
    const memory = new Memory({ location, onError: 'throw' })
    const recall = numberedValue(memory, (number) => t.fail(`${number} was acknowledged and is lost`))
    for (let number = first; number < next; number++) {
      t.true(isDeepStrictEqual(recall(number), valueOf(number)), `${number}`)
    }
    t.deepEqual(readdirSync(temporary), [])
    await memory.close()
  }

  const memory = new Memory({ location, onError: 'throw' })
  t.teardown(() => memory.close())
  const recall = numberedValue(memory, (number) => t.fail(`${number} was acknowledged and is lost`))
  for (let number = 0; number < next; number++) t.true(isDeepStrictEqual(recall(number), valueOf(number)), `${number}`)
  // One more entry than acknowledged may have been whole when its writer was killed.
  t.true(memory.stats().entries >= next && memory.stats().entries <= next + 1)
})
