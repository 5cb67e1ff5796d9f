import { Memory, type CallEvent } from 'engram'
/**
 * The primes up to 500,000,000 and the Ulam spiral over all of them, both cached. Run it twice:
 *
 *     npm start
 *     npm start -- --to 1_000_000 --location .engram
 */
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { count, duration, megabytes, wholeNumber } from './format.ts'
import { squareToPng } from './png.ts'
import { primesBetween } from './primes.ts'
import { spiralCentre, spiralSide, ulamSpiral } from './spiral.ts'

/** How many primes there are up to a limit, from the literature. */
const KNOWN_COUNTS: Record<number, number> = {
  1_000: 168,
  10_000: 1_229,
  100_000: 9_592,
  1_000_000: 78_498,
  10_000_000: 664_579,
  100_000_000: 5_761_455,
  500_000_000: 26_355_867,
  1_000_000_000: 50_847_534,
}

const { values: options } = parseArgs({
  options: { to: { type: 'string', default: '500_000_000' }, location: { type: 'string', default: '.engram' } },
})
const a = 1
const b = wholeNumber(options.to)
if (b === undefined || b < 2 || b > 0xffff_ffff) {
  console.error(`--to takes a whole number from 2 to 4_294_967_295, such as 1_000_000. It was given ${options.to}`)
  process.exit(2)
}

const memory = new Memory(options.location)
const primesBetweenCached = memory.cache(primesBetween)
const ulamSpiralCached = memory.cache(ulamSpiral)

const calls: CallEvent[] = []
memory.on('call', (event) => calls.push(event))

console.log(`primesBetween(${count(a)}, ${count(b)})`)
timed(() => primesBetweenCached(a, b))
const primes = timed(() => primesBetweenCached(a, b))
say('result', `${count(primes.length)} primes, ${megabytes(primes.byteLength)}`)
check(primes.length, KNOWN_COUNTS[b], 'the known number of primes')

console.log(`\nulamSpiral(primes, ${count(a)}, ${count(b)})`)
timed(() => ulamSpiralCached(primes, a, b))
const spiral = timed(() => ulamSpiralCached(primes, a, b))
say('result', `${count(spiralSide(a, b))} × ${count(spiralSide(a, b))} cells, ${megabytes(spiral.byteLength)}`)
check(countMarked(spiral), primes.length, 'one marked cell for each prime')

const centre = spiralCentre(spiral, 1000)
const picture = join(dirname(memory.location ?? ''), 'ulam-spiral.png')
writeFileSync(picture, squareToPng(centre.cells, centre.side))

const stats = memory.stats()
const savedMs = calls.reduce((sum, call) => sum + call.savedMs, 0)
console.log('\nStore')
say('where', memory.location ?? 'nowhere: caching is off')
say('holds', `${count(stats.entries)} results, ${megabytes(stats.byteLength)}`)
say('saved', `${duration(savedMs)} of computing in this run`)
say('picture', `${picture}: the ${count(centre.side)} × ${count(centre.side)} cells in the middle`)
const warm = calls.length > 0 && calls.every((call) => call.status === 'hit')
console.log(warm ? '\nNothing was computed: all of it was remembered.' : '\nRun it again: nothing will be computed.')
await memory.close()

/** Makes one call, and says how long it took and whether the function ran. */
function timed<T>(call: () => T): T {
  const start = performance.now()
  const result = call()
  const elapsed = duration(performance.now() - start).padStart(8)
  const event = calls.at(-1)
  if (event?.status === 'hit') say('warm', `${elapsed}, from the store; saved ${duration(event.savedMs)}`)
  else say('cold', `${elapsed}, computed${event?.status === 'miss' ? ' and stored' : ''}`)
  return result
}

/** A remembered result must be right, too: says so, or fails the program. */
function check(found: number, expected: number | undefined, meaning: string): void {
  if (expected === undefined) return
  if (found === expected) return say('checked', `${count(found)} is ${meaning}`)
  say('WRONG', `${count(found)} found, but ${count(expected)} is ${meaning}`)
  process.exitCode = 1
}

function countMarked(cells: Uint8Array): number {
  let marked = 0
  for (let i = 0; i < cells.length; i++) marked += cells[i]!
  return marked
}

function say(label: string, text: string): void {
  console.log(`  ${label.padEnd(8)} ${text}`)
}
