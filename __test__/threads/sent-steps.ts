import { createRequire } from 'node:module'
import { type AnyStep, EngramError, NonRecoverableError, currentContext, hashMethod, step } from '../../index.ts'

/** What steps of the specs do, in a module that threads can import. */
export function busy(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

/** What a function captures is part of its code: a captured `threadId`, or ava's own `process.exit`, would be other code in each thread. */
function required(name: string): any {
  return createRequire(process.execPath)(name)
}

function thread(): number {
  return required('node:worker_threads').threadId
}

export const where = step(function where(of: number) {
  return { of, threadId: thread() }
})

export const square = step(function square(item: number) {
  busy(5)
  return { square: item ** 2, threadId: thread() }
})

export const split = step(
  function split(count: number) {
    const all = Array.from({ length: count }, (_, index) => index)
    return {
      even: all.filter((one) => one % 2 === 0),
      odd: all.filter((one) => one % 2 === 1),
      from: { threadId: thread() },
    }
  },
  { outputs: ['even', 'odd', 'from'] },
)

export const digested = step(
  function digested(count: number) {
    return { count, at: thread() }
  },
  { outputs: [{ name: 'digested', hash: hashMethod((value: { count: number }) => String(value.count)) }] },
)

export const sum = step(function sum({ even, odd }: { even: number[]; odd: number[] }, more: number[]) {
  return { sum: [...even, ...odd, ...more].reduce((one, other) => one + other, 0), threadId: thread() }
})

export const ones = step(function ones(count: number) {
  return new Float64Array(count).fill(1)
})

export const added = step(function added(items: Float64Array) {
  let total = 0
  for (const item of items) total += item
  items.fill(0)
  return { total, threadId: thread() }
})

export const told = step(function told() {
  const { runId, name, attempt } = currentContext()!
  currentContext()!.report('score', 7)
  currentContext()!.progress(1, 2, 'half')
  return { runId, name, attempt, threadId: thread() }
})

export const failing = step(function failing(how: string) {
  if (how === 'type') throw new TypeError('no', { cause: new RangeError('why') })
  if (how === 'final') throw new NonRecoverableError('for good')
  if (how === 'engram') throw new EngramError('ERR_WORK', 'work')
  if (how === 'text') throw 'a text'
  throw Object.assign(new Error('busy'), {
    code: 'EBUSY',
    status: 503,
    attempt: currentContext()?.attempt,
    threadId: thread(),
  })
})

export const exiting = step(function exiting(code: number) {
  required('node:process').exit(code)
})

export const uncaught = step(async function uncaught(text: string) {
  setTimeout(() => {
    throw new Error(text)
  }, 1)
  return new Promise(() => undefined)
})

export const greedy = step(function greedy(start: number) {
  const all: number[][] = []
  for (let size = start; ; size++) all.push(Array.from({ length: 10_000 }, (_, index) => index * size))
})

export const endless = step(function endless(start: number) {
  for (let n = start; ; n++) if (n < 0) return n
})

export const heedful = step(async function heedful(start: number) {
  const { signal } = currentContext()!
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
  return start
})

export const unstorable = step(function unstorable(of: number) {
  return Object.assign(() => of, { threadId: thread() })
})

export const random = step(async function random(of: number) {
  await new Promise((resolve) => setTimeout(resolve, 50))
  return { of, number: required('node:crypto').randomUUID(), threadId: thread() }
})

const sockets = { open: Symbol('open'), isOpen: () => new WeakSet() }

/** Its code has no key: it captured what cannot be told. */
export const connected = step(
  function connected(of: number) {
    return { of, isThere: typeof sockets.isOpen === 'function', threadId: thread() }
  },
  { cache: 'inputHash' },
)

/** A closure: which one counts. */
function scaling(by: number): (of: number) => { scaled: number; threadId: number } {
  return function scale(of: number) {
    return { scaled: of * by, threadId: thread() }
  }
}

export const scale = scaling(2)
export const otherScale = (cache: 'codeHash' | 'inputHash'): AnyStep => step(scaling(3), { cache })

export function plain(of: number): { of: number; threadId: number } {
  return { of, threadId: thread() }
}

const hidden = (of: number): { of: number; threadId: number } => ({ of, threadId: thread() })

/** Of a function that is not exported. */
export const hiddenStep = (): unknown => step(hidden, { name: 'hidden' })
