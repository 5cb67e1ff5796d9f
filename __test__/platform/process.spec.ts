import test from 'ava'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { isAlive, ownMark } from '../../src/platform/process.ts'

test('this process lives, and one of its number that was started at another time does not', (t) => {
  t.true(isAlive(ownMark()))
  if (ownMark().startedAt !== undefined) t.false(isAlive({ ...ownMark(), startedAt: '1' }))
})

// An app that was killed could not be started again in a container whose first process collects no children: it "ran already".
const onLinux = process.platform === 'linux' ? test : test.skip
onLinux('a process that was killed, and that its parent has not asked about, does not live', async (t) => {
  const { host } = ownMark()
  // `exec` leaves the child to a program that knows of none.
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] })
  t.teardown(() => parent.kill('SIGKILL'))
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  const pid = Number(String(line))
  t.true(isAlive({ pid, host }))
  process.kill(pid, 'SIGKILL')
  for (let turn = 0; turn < 1000 && isAlive({ pid, host }); turn++) await setTimeout(10)
  t.notThrows(() => process.kill(pid, 0), 'it is still in the list')
  t.false(isAlive({ pid, host }))
})
