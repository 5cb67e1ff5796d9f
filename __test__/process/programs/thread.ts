// One thread of threads.ts: <location, or -> <task> <first number>
import { isDeepStrictEqual } from 'node:util'
import { isMainThread, parentPort } from 'node:worker_threads'
import { Memory } from '../../../index.ts'
import { numberedValue, valueOf } from './numbered-values.ts'

/** Calls for `count` numbers and checks every answer. */
export function checkedValues(location: string, first: number, count: number): Memory {
  const memory = new Memory({ location: location === '-' ? null : location, onError: 'throw' })
  const value = numberedValue(memory)
  for (let number = first; number < first + count; number++) {
    if (!isDeepStrictEqual(value(number), valueOf(number))) throw new Error(`${number} has another value`)
  }
  return memory
}

const tasks: Record<string, (location: string, first: number) => unknown> = {
  store: (location, first) => checkedValues(location, first, 40),
  close: (location, first) => checkedValues(location, first, 40).close(),
  exit: (location, first) => {
    checkedValues(location, first, 40)
    process.exit(3)
  },
  fail: (location, first) => {
    checkedValues(location, first, 40)
    throw new Error('nobody catches this')
  },
  key: (location, first) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the port of a thread has no origin
    parentPort!.postMessage(new Memory({ location }).cache(valueOf, { name: 'valueOf' }).key(first))
  },
  'go on': (location) => {
    for (let first = 0; ; first = (first + 10) % 100) {
      checkedValues(location, first, 10)
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the port of a thread has no origin
      parentPort!.postMessage(first)
    }
  },
}

if (!isMainThread) {
  const [location, task, first] = process.argv.slice(2) as [string, string, string]
  await tasks[task]!(location, Number(first))
}
