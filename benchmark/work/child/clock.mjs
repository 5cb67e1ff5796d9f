// How a rate and a time are taken inside one process.

const warmupMs = 250
const sliceMs = 60
const slices = 5

/**
 * Calls a second of `step(from, count)`, which makes `count` calls, the first of them number `from`: the median of a
 * few slices after a warm-up.
 */
export async function rate(step) {
  let done = 0
  const run = async (ms) => {
    const first = done
    const start = performance.now()
    let batch = 1
    let elapsed = 0
    while (elapsed < ms) {
      const pending = step(done, batch)
      if (pending instanceof Promise) await pending
      done += batch
      elapsed = performance.now() - start
      // About 2 ms a batch: the clock is read seldom, and a slow peer is not run far beyond its slice.
      batch = Math.max(1, Math.min(4096, Math.floor(((done - first) / elapsed) * 2)))
    }
    return ((done - first) / elapsed) * 1000
  }
  await run(warmupMs)
  const rates = []
  for (let i = 0; i < slices; i++) rates.push(await run(sliceMs))
  return median(rates)
}

/** Milliseconds of `action()`: the median of `times` runs after one warm-up, at most `limitMs` in all. */
export async function time(action, { times = 7, warmups = 2, limitMs = 4000 } = {}) {
  const start = performance.now()
  const figures = []
  for (let i = -warmups; i < times; i++) {
    const ms = await timeOnce(action)
    if (i >= 0) figures.push(ms)
    if (performance.now() - start > limitMs) return median(figures.length > 0 ? figures : [ms])
  }
  return median(figures)
}

export async function timeOnce(action) {
  const start = performance.now()
  const pending = action()
  if (pending instanceof Promise) await pending
  return performance.now() - start
}

export function median(figures) {
  const sorted = [...figures].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
