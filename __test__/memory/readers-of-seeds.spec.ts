// What a reader of the articles that this library answers to will try first, as they would write it here.
import test, { type ExecutionContext } from 'ava'
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { temporaryDirectory } from '../kit/temporary-store.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const index = pathToFileURL(join(project, 'index.ts')).href

// -------------------------------------- "Caching long running jobs", on joblib

const ulamSpiral = `
import { Memory } from 'engram'

const [a, b] = [1, Number(process.argv[2])]
const runs: string[] = []

function primesBetween(a: number, b: number): Uint32Array {
  runs.push('primesBetween')
  const sieve = new Uint8Array(b + 1).fill(1)
  sieve[0] = sieve[1] = 0
  for (let start = 2; start * start <= b; start++) {
    if (sieve[start] === 1) for (let multiple = start * start; multiple <= b; multiple += start) sieve[multiple] = 0
  }
  const primes: number[] = []
  for (let n = a; n <= b; n++) if (sieve[n] === 1) primes.push(n)
  return Uint32Array.from(primes)
}

function ulamSpiral(primes: Uint32Array, a: number, b: number): { side: number; cells: Uint8Array } {
  runs.push('ulamSpiral')
  let n = Math.ceil(Math.sqrt(b - a + 1))
  if (n % 2 === 0) n += 1
  const cells = new Uint8Array(n * n)
  const isPrime = new Set(primes)
  let [x, y] = [(n - 1) / 2, (n - 1) / 2]
  let [dx, dy] = [0, -1]
  for (let i = 1; i <= n * n; i++) {
    if (a <= i && i <= b && isPrime.has(i)) cells[x * n + y] = 1
    if (x === y || (x < y && x + y === n - 1) || (x > y && x + y === n)) [dx, dy] = [-dy, dx]
    ;[x, y] = [x + dx, y + dy]
  }
  return { side: n, cells }
}

const memory = new Memory({ location: process.argv[3], verbose: 0 })
const primesBetweenCached = memory.cache(primesBetween)
const ulamSpiralCached = memory.cache(ulamSpiral)
const primes = primesBetweenCached(a, b)
primesBetweenCached(a, b)
const spiral = ulamSpiralCached(primes, a, b)
const again = ulamSpiralCached(primes, a, b)
console.log(JSON.stringify({
  runs,
  primes: primes.length,
  type: primes.constructor.name,
  side: spiral.side,
  marked: spiral.cells.reduce((sum, cell) => sum + cell, 0),
  isSame: Buffer.compare(spiral.cells, again.cells) === 0 && again.side === spiral.side,
}))
`

test('the Ulam spiral: computed once, then remembered by the same and by later processes', async (t) => {
  const program = write(t, 'ulam.ts', ulamSpiral)
  const store = join(temporaryDirectory(t), 'store')
  const expected = { primes: 78_498, type: 'Uint32Array', side: 1001, marked: 78_498, isSame: true }
  t.deepEqual(await run(program, '1000000', store), { runs: ['primesBetween', 'ulamSpiral'], ...expected })
  t.deepEqual(await run(program, '1000000', store), { runs: [], ...expected })

  // Another limit is another call; the first is still remembered.
  const other = (await run(program, '1000', store)) as typeof expected & { runs: string[] }
  t.like(other, { primes: 168, marked: 168, side: 33 })
  t.is(other.runs.length, 2)
  t.deepEqual(await run(program, '1000000', store), { runs: [], ...expected })
})

test('an edited function runs again, and only that one', async (t) => {
  const program = write(t, 'ulam.ts', ulamSpiral)
  const store = join(temporaryDirectory(t), 'store')
  await run(program, '1000', store)
  const text = readFileSync(program, 'utf8')
  writeFileSync(program, text.replace('new Set(primes)', 'new Set([...primes])'))
  t.deepEqual(((await run(program, '1000', store)) as { runs: string[] }).runs, ['ulamSpiral'])
  // Back to the old text, the old results are there.
  writeFileSync(program, text)
  t.deepEqual(((await run(program, '1000', store)) as { runs: string[] }).runs, [])
})

test('several arguments, several results, nested objects, async jobs, ignored arguments and expiry', async (t) => {
  const program = write(
    t,
    'jobs.ts',
    `
import { Memory, expiresAfter } from 'engram'

const runs: string[] = []
const memory = new Memory(process.argv[2])

const minMax = memory.cache(function minMax(values: number[], scale: number): [number, number] {
  runs.push('minMax')
  return [Math.min(...values) * scale, Math.max(...values) * scale]
})
const report = memory.cache(function report(rows: { id: number; tags: Set<string> }[]) {
  runs.push('report')
  return { byId: new Map(rows.map((row) => [row.id, { ...row, seen: new Date(0) }])), total: BigInt(rows.length) }
})
const embed = memory.cache(
  async function embed(text: string, options: { verbose: boolean; dimensions: number }) {
    runs.push('embed')
    return { text, vector: new Float32Array(options.dimensions).fill(text.length) }
  },
  { ignore: ['options.verbose'] },
)
const price = memory.cache(() => (runs.push('price'), 5), { name: 'price', validate: expiresAfter({ days: 1 }) })

const cost = price()
const [low, high] = minMax([3, 1, 2], 10)
const { byId, total } = report([{ id: 7, tags: new Set(['a', 'b']) }])
const verbose = process.argv[3] === 'verbose'
const vectors = await Promise.all(['one', 'three', 'one'].map((text) => embed(text, { verbose, dimensions: 4 })))
console.log(JSON.stringify({
  runs: runs.toSorted(),
  results: [low, high, [...byId.get(7)!.tags], byId.get(7)!.seen.getTime(), String(total), cost],
  vectors: vectors.map(({ text, vector }) => [text, ...vector]),
}))
`,
  )
  const store = join(temporaryDirectory(t), 'store')
  const results = {
    results: [10, 30, ['a', 'b'], 0, '1', 5],
    vectors: [
      ['one', 3, 3, 3, 3],
      ['three', 5, 5, 5, 5],
      ['one', 3, 3, 3, 3],
    ],
  }
  t.deepEqual(await run(program, store, 'quiet'), { runs: ['embed', 'embed', 'minMax', 'price', 'report'], ...results })
  t.deepEqual(await run(program, store, 'verbose'), { runs: [], ...results })
})

/** Writes a program of a user, in a package of its own that has this library installed. */
function write(t: ExecutionContext, name: string, text: string): string {
  const directory = temporaryDirectory(t)
  mkdirSync(join(directory, 'node_modules/engram'), { recursive: true })
  const manifest = { name: 'engram', type: 'module', exports: './index.ts' }
  writeFileSync(join(directory, 'node_modules/engram/package.json'), JSON.stringify(manifest))
  writeFileSync(join(directory, 'node_modules/engram/index.ts'), `export * from ${JSON.stringify(index)}\n`)
  symlinkSync(join(project, 'node_modules/tsx'), join(directory, 'node_modules/tsx'))
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'reader', type: 'module' }))
  writeFileSync(join(directory, name), text)
  return join(directory, name)
}

/** What the program prints. */
async function run(program: string, ...args: string[]): Promise<unknown> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import=tsx', program, ...args], {
    cwd: join(program, '..'),
  })
  if (stderr !== '') throw new Error(stderr)
  return JSON.parse(stdout) as unknown
}
