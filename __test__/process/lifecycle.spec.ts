import test, { type ExecutionContext } from 'ava'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Memory } from '../../index.ts'
import { type Ending, Program } from '../kit/program.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'
import { numberedValue, valueOf } from './programs/numbered-values.ts'

/** Ends the program as `signal` says, once it is ready for that. */
async function ran(program: string, location: string, ending: string, signal?: NodeJS.Signals): Promise<Ending> {
  const running = new Program(program, location, ending)
  if (signal !== undefined) {
    await running.written('ready')
    running.kill(signal)
  }
  return running.ending
}

/** What is said without the stack, which may lead through the library in one way or another. */
function withoutFrames(stderr: string): string {
  return stderr.replaceAll(/^ +at .*\n/gm, '')
}

/** What the first `count` calls stored is there and right. */
async function assertStored(t: ExecutionContext, location: string, count: number): Promise<void> {
  const memory = new Memory({ location, onError: 'throw' })
  const recall = numberedValue(memory, (number) => t.fail(`${number} was stored and is lost`))
  for (let number = 0; number < count; number++) t.true(isDeepStrictEqual(recall(number), valueOf(number)), `${number}`)
  await memory.close()
}

/** What is written when a store is closed is there too: how often number 11 was used. */
async function assertClosed(t: ExecutionContext, location: string): Promise<void> {
  const memory = new Memory({ location, onError: 'throw' })
  const found = numberedValue(memory).lookup(11)
  t.true(found.status === 'hit' && found.info.hits === 9)
  await memory.close()
}

/** A program ends with this exit code, or by a signal, says what it says without a store, and leaves a whole store. */
function ends(program: string, ending: string, code: number | null, stored: number, signal?: NodeJS.Signals): void {
  test.serial(`a program with ${program === 'end' ? 'a store' : 'threads'} that ends ${ending}`, async (t) => {
    const location = join(temporaryDirectory(t), 'store')
    const running = ran(program, location, ending, signal)
    // Uncaught errors and awaits that nothing settles are told by Node.
    const { stderr } = code === 1 || code === 13 ? await ran(program, '-', ending, signal) : { stderr: '' }
    const cached = await running
    t.deepEqual(
      { code: cached.code, signal: cached.signal, stderr: withoutFrames(cached.stderr) },
      { code, signal: code === null ? (signal ?? 'SIGTERM') : null, stderr: withoutFrames(stderr) },
    )
    if (program === 'end' && code !== null) await assertClosed(t, location)
    await assertStored(t, location, stored)
  })
}

const program = ends.bind(undefined, 'end')
program('naturally', 0, 40)
program('naturally, later', 0, 41)
program('naturally, with an exit code', 5, 40)
program('naturally, closed', 0, 40)
program('naturally, with the file open twice', 0, 40)
program('by process.exit()', 7, 40)
program('by process.exit() during a call', 3, 40)
program('by process.exit() while a call waits', 4, 40)
program('by process.exit() within a promise', 6, 40)
program('with calls in its exit handlers', 2, 40)
program('with a memory opened by its exit handler', 2, 40)
program('with nothing left to wait for', 13, 40)
program('by an uncaught error', 1, 40)
program('by an uncaught error of a function', 1, 40)
program('by an error in a listener', 1, 40)
program('by an unhandled rejection', 1, 40)
program('by an unhandled rejection of a function', 1, 40)
program('by SIGINT', null, 40, 'SIGINT')
program('by SIGTERM', null, 40, 'SIGTERM')
program('by SIGTERM that it handles', 143, 40, 'SIGTERM')
program('by SIGINT that it handles by finishing', 0, 40, 'SIGINT')
program('by a signal of its own', null, 40)

const threads = ends.bind(undefined, 'threads')
threads('naturally', 0, 80)
threads('after a thread was terminated', 0, 100)
threads('after a thread called process.exit()', 3, 40)
threads('after a thread failed', 8, 40)
threads('after a thread closed its memory', 0, 40)
threads('by an error of a thread', 1, 40)
threads('by process.exit() while threads work', 9, 10)
threads('by process.exit() while only threads use it', 9, 10)
threads('by an uncaught error while threads work', 1, 10)
threads('by SIGTERM while threads work', null, 10, 'SIGTERM')
threads('naturally, where only threads used it', 0, 60)
threads('after threads used it one after another, many times', 0, 43)
