import { createRequire } from 'node:module'
import { NonRecoverableError, type TaskNode, currentContext, hashMethod, task } from '../../index.ts'

// What tasks of the specs do, in a module that threads can import.

/** What a function captures is part of its code: a captured `threadId` would be other code in each thread. */
function thread(): number {
  return createRequire(process.execPath)('node:worker_threads').threadId
}

const cached = { cache: true, cacheVersion: '1' } as const

export const where = task(
  function where({ of }: { of: number }) {
    return { of, threadId: thread() }
  },
  { cache: 'auto' },
)

export const ones = task(({ count }: { count: number }) => new Float64Array(count).fill(1), { name: 'ones', ...cached })

export const added = task(
  function added({ items, more }: { items: Float64Array; more: readonly { of: number }[] }) {
    let total = 0
    for (const item of items) total += item
    items.fill(0)
    return { total: more.reduce((sum, { of }) => sum + of, total), threadId: thread() }
  },
  { cache: 'auto' },
)

export const typed = task(({ n }: { n: number }) => ({ twice: n * 2, at: thread() }), {
  name: 'typed',
  ...cached,
  inputs: { n: 'int' },
  outputs: { o0: hashMethod((value: { twice: number }) => String(value.twice)) },
})

export const uncached = task(function uncached({ of }: { of: number }) {
  return { of, threadId: thread() }
})

/** Its function alone is exported. */
export function plain({ of }: { of: number }): { of: number; threadId: number } {
  return { of, threadId: thread() }
}
export const plainTask = (): TaskNode<{ of: number }, { of: number; threadId: number }> => task(plain, cached)

const hidden = ({ of }: { of: number }): { of: number; threadId: number } => ({ of, threadId: thread() })
export const hiddenTask = (): TaskNode<{ of: number }, { of: number; threadId: number }> =>
  task(hidden, { name: 'hidden', ...cached })

export const failing = task(
  function failing({ how }: { how: string }) {
    if (how === 'final') throw new NonRecoverableError('for good')
    throw Object.assign(new RangeError('busy'), { attempt: currentContext()?.attempt, threadId: thread() })
  },
  { cache: 'auto', retries: 1 },
)

export const told = task(
  function told() {
    const { name, attempt } = currentContext()!
    currentContext()!.report('score', 7)
    return { name, attempt, threadId: thread() }
  },
  { cache: 'auto' },
)

const serialized = { ...cached, cacheSerialize: true } as const

export const inner = task(async ({ of }: { of: number }) => ({ of, threadId: thread() }), {
  name: 'inner',
  ...serialized,
})

/** Calls another task, whose call its workflow makes too. */
export const outer = task(
  async ({ of, wait }: { of: number; wait: number }) => {
    await new Promise((resolve) => setTimeout(resolve, wait))
    return { inner: await inner({ of }), threadId: thread() }
  },
  { name: 'outer', ...serialized },
)

/** Never comes to an end, were it not refused. */
export const circular: TaskNode<{ of: number }, unknown> = task(({ of }: { of: number }) => circular({ of }), {
  name: 'circular',
  ...serialized,
})
