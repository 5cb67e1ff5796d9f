// Node let go of what a hit returned only when the event loop turned. A loop of hits that never waited held all of it: it
// came to as many mappings as the system allows, where the process ended, and what it wrote into took memory.
import test, { type ExecutionContext } from 'ava'
import { join } from 'node:path'
import { run } from '../kit/program.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

const [KIB, MIB] = [1024, 1024 * 1024]

interface Held {
  isRight: boolean
  mappings: number
  anonymousMb: number
}

/** What a loop held when it held most. */
async function held(
  t: ExecutionContext,
  kind: string,
  byteLength: number,
  hits: number,
  ...how: string[]
): Promise<Held> {
  const location = join(temporaryDirectory(t), 'store')
  const ending = await run('loop-of-hits', location, kind, String(byteLength), String(hits), ...how)
  t.like(ending, { code: 0, signal: null, stderr: '' })
  return JSON.parse(ending.stdout) as Held
}

// What a process holds is asked of Linux.
const onLinux = process.platform === 'linux' ? test.serial : test.serial.skip

for (const pace of ['sync', 'awaited']) {
  const hitsHoldNothing = (what: string, kind: string, byteLength: number, hits: number, ...way: string[]): void => {
    onLinux(`hits hold nothing: ${what}, ${pace}`, async (t) => {
      const { isRight, mappings, anonymousMb } = await held(t, kind, byteLength, hits, pace, ...way)
      t.true(isRight)
      t.true(mappings < 8000, `${mappings} mappings`)
      t.true(anonymousMb < 512, `${anonymousMb} MB`)
    })
  }

  hitsHoldNothing('short arrays', 'array', 64 * KIB, 20_000)
  hitsHoldNothing('arrays that are copied', 'array', 8 * MIB, 128)
  hitsHoldNothing('arrays that are mapped', 'array', 32 * MIB, 40)
  hitsHoldNothing('arrays that would be mapped in another runtime', 'array', 32 * MIB, 40, 'copied')
  hitsHoldNothing('long texts', 'text', MIB, 1500)
}
