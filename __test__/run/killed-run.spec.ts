import test from 'ava'
import { Memory } from '../../index.ts'
import { Program } from '../kit/program.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

test('a run whose process was killed is failed, and lasted until the last of its calls that is written', async (t) => {
  const directory = temporaryDirectory(t)
  const program = new Program('run-until-killed', directory)
  await program.written('written')
  program.kill('SIGKILL')
  await program.ending

  await using memory = new Memory(directory)
  const [run, ...others] = memory.runs()
  t.deepEqual(others, [])
  t.is(run?.state, 'failed')
  t.is(typeof run?.reason, 'string')
  const [first, ...later] = run!.calls
  t.deepEqual([first?.name, first?.state, later.length], ['first', 'ran', 0])
  t.is(run?.durationMs, first!.startedAt - run!.startedAt + first!.durationMs)
})
