import test from 'ava'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { isAlive, ownMark } from '../../src/platform/process.ts'

test('this process lives, and one of its number that was started at another time does not', (t) => {
  t.true(isAlive(ownMark()))
  if (ownMark().startedAt !== undefined) t.false(isAlive({ ...ownMark(), startedAt: '1' }))
})

const onLinux = process.platform === 'linux' ? test : test.skip

// Under qemu, as Docker runs images of another processor, a process is told its own start some hundredths of a second late: it took
// each other one for dead.
onLinux('a process that others see started a little earlier than it said itself lives', (t) => {
  const { startedAt, ...mark } = ownMark()
  for (const late of [-8, 3, 8]) t.true(isAlive({ ...mark, startedAt: String(Number(startedAt) + late) }))
  t.false(isAlive({ ...mark, startedAt: String(Number(startedAt) + 1000) }))
})

// An app that was killed could not be started again in a container whose first process collects no children: it "ran already".
onLinux('a process that was killed, and that its parent has not asked about, does not live', async (t) => {
  const { host } = ownMark()
  // `exec` leaves the child to a program that knows of none.
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] })
  t.teardown(() => parent.kill('SIGKILL'))
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  const pid = Number(String(line))
  // Until then the shell is there, and may ask about its child.
  const parentIs = (): string => readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim()
  for (let turn = 0; turn < 1000 && parentIs() !== 'sleep'; turn++) await setTimeout(10)
  t.true(isAlive({ pid, host }))
  process.kill(pid, 'SIGKILL')
  for (let turn = 0; turn < 1000 && isAlive({ pid, host }); turn++) await setTimeout(10)
  t.notThrows(() => process.kill(pid, 0), 'it is still in the list')
  t.false(isAlive({ pid, host }))
})
