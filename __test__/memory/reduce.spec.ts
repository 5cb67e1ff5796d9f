import test from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { Memory } from '../../index.ts'
import { Program } from '../kit/program.ts'
import { openMemory } from '../kit/temporary-store.ts'

const ENTRIES = 6000
/** Some have a file of their own. */
const ARRAYS = 300

test('a process that is killed while it reduces leaves a store that counts right, and is reduced on', async (t) => {
  const memory = openMemory(t)
  const array = memory.cache((n: number) => new Uint8Array(70_000).fill(n % 256).fill(n / 256, 0, 1), { name: 'array' })
  const small = memory.cache((n: number) => ({ n }), { name: 'small' })
  for (let n = 0; n < ENTRIES; n++)
    if (n % (ENTRIES / ARRAYS) === 0) array(n)
    else small(n)
  await memory.close()
  // Sooner and later: in the middle of the way, or when it is over.
  for (const ms of [0, 4, 12]) {
    const program = new Program('reduce', memory.location!, String(ENTRIES))
    await program.written('reducing')
    await sleep(ms)
    program.kill('SIGKILL')
    await program.ending
  }
  const again = new Memory({ location: memory.location!, onError: 'throw' })
  t.teardown(() => again.close())
  // What was to go with the last entries may lie there still.
  t.like(await again.verify({ repair: true }), { corrupt: [], dangling: [] })
  t.is(again.stats().entries, [...again.entries()].length)
  again.reduce({ maxEntries: ENTRIES / 2 })
  t.is(again.stats().entries, ENTRIES / 2)
  t.like(await again.verify(), { entries: ENTRIES / 2, corrupt: [], dangling: [], orphans: [] })
})
