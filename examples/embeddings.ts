import { Memory, type CallEvent } from 'engram'
/**
 * Embeds 2,000 segments of text with a slow, cached, asynchronous function, eight at a time:
 *
 *     node --import=tsx examples/embeddings.ts [--segments 2_000] [--location .engram]
 *
 * Every answer is stored as it comes. Stop the program with Ctrl-C and start it again: it goes on where it stopped.
 */
import { parseArgs } from 'node:util'
import { count, duration, wholeNumber } from './format.ts'
import { embed, similarity, textSegments } from './segments.ts'

const CONCURRENCY = 8

const { values: options } = parseArgs({
  options: { segments: { type: 'string', default: '2_000' }, location: { type: 'string', default: '.engram' } },
})
const length = wholeNumber(options.segments)
if (length === undefined || length < 1 || length > 10_000) {
  console.error(`--segments takes a whole number from 1 to 10_000. It was given ${options.segments}`)
  process.exit(2)
}

const memory = new Memory(options.location)
const embedCached = memory.cache(embed)

const calls: Record<CallEvent['status'], number> = { hit: 0, miss: 0, stale: 0, refresh: 0, bypass: 0, joined: 0 }
memory.on('call', (event) => calls[event.status]++)

const segments = textSegments(length)
const known = segments.filter((segment) => embedCached.has(segment)).length
console.log(`${count(length)} segments, ${count(known)} of them known from an earlier run.`)
if (known < length) console.log('Ctrl-C stops; started again, the program goes on from there.')

const start = performance.now()
const embeddings = await embedAll(segments)
console.log(`Done in ${duration(performance.now() - start)}:`)
console.log(`  ${count(length - calls.hit - calls.joined)} computed`)
console.log(`  ${count(calls.joined)} shared with an equal text that was on its way`)
console.log(`  ${count(calls.hit)} from the store`)

const [alike, likeness] = nearest(0)
console.log(`\nNearest to "${segments[0]}" is "${alike}" (${likeness.toFixed(2)}).`)
await memory.close()

/** The embedding of each text, in order, with at most CONCURRENCY calls at a time. */
async function embedAll(texts: readonly string[]): Promise<Float32Array[]> {
  const results: Float32Array[] = []
  const queue = texts.entries()
  let done = 0
  const worker = async (): Promise<void> => {
    for (const [i, text] of queue) {
      results[i] = await embedCached(text)
      showProgress(++done, texts.length)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
  return results
}

/** One line that is written over on a terminal, a line for each tenth anywhere else. */
function showProgress(done: number, total: number): void {
  const tenth = (n: number): number => Math.floor((10 * n) / total)
  const message = `${count(done)} of ${count(total)} embedded`
  if (process.stderr.isTTY) process.stderr.write(`\r${message}${done === total ? '\n' : ''}`)
  else if (tenth(done) > tenth(done - 1)) process.stderr.write(`${message}\n`)
}

/** The segment most like another one that is not the same text, and how alike they are. */
function nearest(index: number): [segment: string, cosine: number] {
  let best: [string, number] = ['', -1]
  for (const [i, segment] of segments.entries()) {
    const cosine = similarity(embeddings[index]!, embeddings[i]!)
    if (segment !== segments[index] && cosine > best[1]) best = [segment, cosine]
  }
  return best
}
