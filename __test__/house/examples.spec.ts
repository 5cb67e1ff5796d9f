import test from 'ava'
import { decode } from 'fast-png'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { accuracyOf, drawDigits, joinDigits, splitDigits, trainNetwork } from '../../examples/digits.ts'
import { count, duration, wholeNumber } from '../../examples/format.ts'
import { bestsellers, exportOrders, parseOrders, revenueByMonth, withoutRepeats } from '../../examples/orders.ts'
import { barsToPng, squareToPng } from '../../examples/png.ts'
import { primesBetween } from '../../examples/primes.ts'
import { DIMENSIONS, embed, similarity, textSegments } from '../../examples/segments.ts'
import { spiralCentre, spiralSide, ulamSpiral } from '../../examples/spiral.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))

// ------------------------------------------------------------------ primes

test('primesBetween finds the known number of primes', (t) => {
  const known = { 1: 0, 2: 1, 3: 2, 10: 4, 1_000: 168, 100_000: 9_592, 1_000_000: 78_498, 10_000_000: 664_579 }
  for (const [limit, expected] of Object.entries(known)) t.is(primesBetween(1, Number(limit)).length, expected, limit)
})

test('primesBetween agrees with trial division, whatever the range', (t) => {
  const ranges = [
    [-5, 1],
    [0, 2],
    [2, 2],
    [3, 3],
    [4, 4],
    [8, 10],
    [24, 50],
    [1_000, 2_000],
    [262_100, 263_000],
  ]
  for (const [a, b] of ranges) t.deepEqual([...primesBetween(a!, b!)], primesByDivision(a!, b!), `${a} to ${b}`)
  t.is(primesBetween(10, 3).length, 0)
})

test('primesBetween is right up to its largest limit and refuses a larger one', (t) => {
  const limit = 0xffff_ffff
  t.deepEqual([...primesBetween(limit - 200, limit)], primesByDivision(limit - 200, limit))
  t.throws(() => primesBetween(1, limit + 1), { instanceOf: RangeError })
  t.throws(() => primesBetween(1.5, 10), { instanceOf: RangeError })
})

test('primesBetween returns an array that owns exactly its bytes', (t) => {
  const primes = primesBetween(1, 1_000)
  t.is(primes.buffer.byteLength, primes.byteLength)
})

function primesByDivision(a: number, b: number): number[] {
  const primes: number[] = []
  for (let n = Math.max(a, 2); n <= b; n++) if (isPrime(n)) primes.push(n)
  return primes
}

function isPrime(n: number): boolean {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false
  return true
}

// ------------------------------------------------------------------ spiral

test('ulamSpiral equals the walk of the Python program cell by cell', (t) => {
  const upTo = Array.from({ length: 130 }, (_, i) => [1, i + 1])
  const ranges = [...upTo, [0, 30], [2, 50], [7, 7], [10, 400], [100, 200], [50, 3_000], [1, 40_000], [3, 23_456]]
  for (const [a, b] of ranges) {
    const primes = primesBetween(a!, b!)
    const walked = walkedSpiral(primes, a!, b!)
    t.is(spiralSide(a!, b!) ** 2, walked.length)
    t.is(Buffer.compare(ulamSpiral(primes, a!, b!), walked), 0, `${a} to ${b}`)
  }
})

test('ulamSpiral puts 2 below the centre, 3 to the right of 2, and on around it', (t) => {
  t.deepEqual(
    Buffer.from(ulamSpiral(primesBetween(1, 25), 1, 25))
      .toString('hex')
      .match(/.{10}/g),
    [
      '0000010001', // 21 20 19 18 17
      '0001000100', // 22  7  6  5 16
      '0100000000', // 23  8  1  4 15
      '0000010100', // 24  9  2  3 14
      '0000010001', // 25 10 11 12 13
    ],
  )
})

test('ulamSpiral marks one cell for each prime', (t) => {
  const cells = ulamSpiral(primesBetween(1, 1_000_000), 1, 1_000_000)
  t.is(cells.length, 1_001 ** 2)
  t.is(
    cells.reduce((sum, cell) => sum + cell, 0),
    78_498,
  )
})

test('the spiral up to 500,000,000 has 22,361 cells on each side', (t) => {
  t.is(spiralSide(1, 500_000_000), 22_361)
})

/** The program of the article, line by line: `spiral[x, y]` is row x, column y. */
function walkedSpiral(primes: Uint32Array, a: number, b: number): Uint8Array {
  const numElements = b - a + 1
  let n = Math.ceil(Math.sqrt(numElements))
  if (n % 2 === 0) n += 1
  const spiral = new Uint8Array(n * n)
  const primeSet = new Set(primes)
  let [x, y] = [Math.floor(n / 2), Math.floor(n / 2)]
  let [dx, dy] = [0, -1]
  for (let i = 1; i <= n * n; i++) {
    if (a <= i && i <= b && primeSet.has(i)) spiral[x * n + y] = 1
    if (x === y || (x < y && x + y === n - 1) || (x > y && x + y === n)) [dx, dy] = [-dy, dx]
    ;[x, y] = [x + dx, y + dy]
  }
  return spiral
}

// ----------------------------------------------------------------- picture

test('the picture decodes to the cells around the centre, one black pixel for each prime', (t) => {
  const cells = ulamSpiral(primesBetween(1, 10_000), 1, 10_000)
  const centre = spiralCentre(cells, 31)
  t.is(centre.side, 31)
  t.deepEqual(centre.cells, ulamSpiral(primesBetween(1, 31 ** 2), 1, 31 ** 2))

  const png = decode(squareToPng(centre.cells, centre.side))
  t.deepEqual([png.width, png.height, png.channels, png.depth], [31, 31, 1, 8])
  t.deepEqual(
    [...png.data],
    Array.from(centre.cells, (cell) => (cell === 1 ? 0 : 255)),
  )
})

test('the centre of a spiral smaller than asked for is the whole spiral', (t) => {
  const cells = ulamSpiral(primesBetween(1, 100), 1, 100)
  t.deepEqual(spiralCentre(cells, 1_000), { cells, side: 11 })
})

// -------------------------------------------------------------- embeddings

test('textSegments are the same each time, and two in ten repeat an earlier one', (t) => {
  const segments = textSegments(2_000)
  t.deepEqual(segments, textSegments(2_000))
  t.is(new Set(segments).size, 1_600)
  t.is(segments[9], segments[8])
})

test('embed gives one unit vector for a text, nearer to texts that share its words', async (t) => {
  const texts = ['The captain sold a map at dawn.', 'The captain sold a boat at dawn.', 'Nobody knows who wrote this.']
  const [map, boat, other] = (await Promise.all(texts.map(embed))) as [Float32Array, Float32Array, Float32Array]
  t.is(map.length, DIMENSIONS)
  t.deepEqual(map, await embed(texts[0]!))
  t.true(Math.abs(similarity(map, map) - 1) < 1e-5)
  t.true(similarity(map, boat) > similarity(map, other))
  t.deepEqual(await embed(''), new Float32Array(DIMENSIONS))
})

// ------------------------------------------------------------------ orders

test('an export has each order that is not cancelled once, when it is parsed and cleaned', (t) => {
  const { orders, rejected } = parseOrders(exportOrders(5_000))
  t.is(exportOrders(5_000), exportOrders(5_000))
  const clean = withoutRepeats(orders)
  t.true(rejected > 50 && orders.ids.length > clean.ids.length)
  t.is(new Set(clean.ids).size, clean.ids.length)
  t.true(clean.ids.length > 4_850 && clean.ids.length < 4_950)
})

test('revenue and bestsellers are what a few orders say', (t) => {
  const csv = [
    'id,date,product,quantity,price',
    '1,2023-01-31,lamp,2,€54.00',
    '2,09.03.2024,lamp,1,$10.00',
    '2,09.03.2024,lamp,1,$10.00',
    '3,2024-03-01,rug,,€159.00',
    '4,2023-01-01,vase,1,€32.00',
  ].join('\n')
  const { orders, rejected } = parseOrders(csv)
  const clean = withoutRepeats(orders)
  t.is(rejected, 1)
  t.deepEqual([...clean.ids], [1, 2, 4])
  const revenue = revenueByMonth(clean, 0.5)
  t.deepEqual([revenue[0], revenue[14], revenue.reduce((sum, one) => sum + one)], [140, 5, 145])
  t.deepEqual(bestsellers(clean, 2), [
    ['lamp', 2],
    ['vase', 1],
  ])
})

test('a chart has a bar for each value, as high as it is', (t) => {
  const { width, height, data } = decode(barsToPng(Float64Array.of(1, 4, 2)))
  const heights = [12, 32, 52].map(
    (column) =>
      Array.from({ length: height }, (_, row) => data[row * width + column]).filter((dot) => dot === 0).length,
  )
  t.deepEqual(heights, [height / 4, height, height / 2])
})

// ------------------------------------------------------------------ digits

test('a trained network reads digits that it has not seen, an untrained one does not', async (t) => {
  const { train, test: unseen } = splitDigits(drawDigits(2_000, 0.3, 3), 0.25)
  t.deepEqual([train.labels.length, unseen.labels.length], [1_500, 500])
  t.true(accuracyOf(await trainNetwork(train, 1e-9, 1), unseen) < 0.3)
  t.true(accuracyOf(await trainNetwork(train, 0.05, 6), unseen) > 0.9)
})

test('digits that were parted are the same again when they are joined', (t) => {
  const digits = drawDigits(50, 0.3, 3)
  const { train, test: unseen } = splitDigits(digits, 0.3)
  t.deepEqual(joinDigits([train, unseen]), digits)
  t.is(joinDigits([]).labels.length, 0)
})

// ------------------------------------------------------------------ format

test('numbers are written as people read them, and read as people write them', (t) => {
  t.is(count(26_355_867), '26,355,867')
  t.deepEqual([0.4512, 31.2, 2_310].map(duration), ['0.45 ms', '31 ms', '2.31 s'])
  t.deepEqual(['1_000_000', '1,000', '42'].map(wholeNumber), [1_000_000, 1_000, 42])
  t.deepEqual(['', '-1', '1.5', '1e6', '_1', 'many'].map(wholeNumber), Array(6).fill(undefined))
})

// ---------------------------------------------------------------- programs

test('the second run of ulam-spiral.ts computes nothing and says so', async (t) => {
  const directory = temporaryDirectory(t)
  const args = ['--to', '100_000', '--location', join(directory, 'store')]
  const first = await run('ulam-spiral.ts', args).finished
  t.is(first.code, 0, first.stderr)
  t.regex(first.stdout, /9,592 is the known number of primes/)
  t.regex(first.stdout, /9,592 is one marked cell for each prime/)
  t.is(linesWith(first.stdout, 'cold'), 2)
  t.is(linesWith(first.stdout, 'warm'), 2)
  t.is(decode(await readFile(join(directory, 'ulam-spiral.png'))).width, 317)

  const second = await run('ulam-spiral.ts', args).finished
  t.is(second.code, 0, second.stderr)
  t.is(linesWith(second.stdout, 'cold'), 0)
  t.is(linesWith(second.stdout, 'warm'), 4)
  t.regex(second.stdout, /Nothing was computed/)
})

test('ulam-spiral.ts and embeddings.ts refuse unreadable numbers', async (t) => {
  t.is((await run('ulam-spiral.ts', ['--to', 'many']).finished).code, 2)
  t.is((await run('embeddings.ts', ['--segments', '0']).finished).code, 2)
})

test('embeddings.ts computes each text once, and nothing in its second run', async (t) => {
  const args = ['--segments', '100', '--location', join(temporaryDirectory(t), 'store')]
  const first = await run('embeddings.ts', args).finished
  t.is(first.code, 0, first.stderr)
  t.regex(first.stdout, / 0 of them known/)
  t.regex(first.stdout, /^ {2}80 computed$/m)
  t.regex(first.stderr, /^100 of 100 embedded$/m)

  const second = await run('embeddings.ts', args).finished
  t.regex(second.stdout, / 100 of them known/)
  t.regex(second.stdout, /^ {2}0 computed$/m)
  t.regex(second.stdout, /^ {2}100 from the store$/m)
})

test('embeddings.ts goes on where Ctrl-C stopped it', async (t) => {
  const args = ['--segments', '1_000', '--location', join(temporaryDirectory(t), 'store')]
  const stopped = run('embeddings.ts', args)
  stopped.process.stderr.once('data', () => stopped.process.kill('SIGINT'))
  const { code } = await stopped.finished
  t.not(code, 0)

  const { stdout } = await run('embeddings.ts', args).finished
  const computed = Number(/^ {2}(\d+) computed$/m.exec(stdout)?.[1])
  // Of 800 different texts, more than 70 are among the 100 results that the first line of progress tells of.
  t.true(computed > 0 && computed < 730, stdout)
})

test('etl.ts computes nothing in its second run, and with another rate only what depends on it', async (t) => {
  const directory = temporaryDirectory(t)
  const args = ['--rows', '3_000', '--location', join(directory, 'store')]
  const first = await run('etl.ts', args).finished
  t.is(first.code, 0, first.stderr)
  t.deepEqual(statesIn(first.stdout), Array(7).fill('ran'))
  t.is(decode(await readFile(join(directory, 'revenue.png'))).height, 200)

  const second = await run('etl.ts', args).finished
  t.deepEqual(statesIn(second.stdout), [...Array(6).fill('hit'), 'ran'])
  const dearer = await run('etl.ts', [...args, '--dollar', '0.8']).finished
  t.deepEqual(statesIn(dearer.stdout), ['hit', 'hit', 'hit', 'ran', 'hit', 'ran', 'ran'])
  t.is((await run('etl.ts', ['--dollar', 'much']).finished).code, 2)
})

test('train.ts trains again with another learning rate, and draws nothing again', async (t) => {
  const args = ['--count', '500', '--epochs', '2', '--location', join(temporaryDirectory(t), 'store')]
  const first = await run('train.ts', args).finished
  t.is(first.code, 0, first.stderr)
  t.deepEqual(statesIn(first.stdout), ['ran', 'ran', 'ran', 'ran'])
  t.deepEqual(statesIn((await run('train.ts', args).finished).stdout), ['hit', 'hit', 'hit', 'ran'])
  const slower = await run('train.ts', [...args, '--learning-rate', '0.01']).finished
  t.deepEqual(statesIn(slower.stdout), ['hit', 'hit', 'ran', 'ran'])
  t.is((await run('train.ts', ['--learning-rate', '0']).finished).code, 2)
})

test('workflow.ts tries only what failed again, trains only with another learning rate, and once in two programs', async (t) => {
  const directory = temporaryDirectory(t)
  const args = ['--count', '100', '--epochs', '2', '--location', join(directory, 'store'), '--rates']
  const first = await run('workflow.ts', [...args, '0.02,0.05']).finished
  t.is(first.code, 0, first.stderr)
  const scans = (state: string): string[] => [...Array<string>(4).fill(`scan ${state}`), 'scan failed']
  const trainings = ['rate ran', 'rate ran', 'train ran', 'train ran']
  t.deepEqual(callsIn(first.stdout), sorted([...scans('ran'), ...trainings, 'combine ran', ...ALWAYS]))
  t.regex(await readFile(join(directory, 'digits.json'), 'utf8'), /"accuracy":0\.\d/)

  const second = await run('workflow.ts', [...args, '0.02,0.05']).finished
  t.deepEqual(callsIn(second.stdout), sorted([...scans('hit'), 'combine hit', 'rate hit', 'rate hit', ...ALWAYS]))

  const both = [run('workflow.ts', [...args, '0.05,0.1']), run('workflow.ts', [...args, '0.05,0.1'])]
  const calls = (await Promise.all(both.map(({ finished }) => finished))).flatMap(({ stdout }) => callsIn(stdout))
  t.is(calls.filter((call) => call === 'train ran').length, 1, calls.join())
  t.is(calls.filter((call) => call.startsWith('rate ')).length, 4)
  t.is((await run('workflow.ts', ['--rates', '0.1,much']).finished).code, 2)
})

/** What runs each time: it is not cached, or is called by itself. */
const ALWAYS = ['gather ran', 'write ran', 'check ran']

function sorted(calls: readonly string[]): string[] {
  return calls.toSorted()
}

/** The calls of the run that workflow.ts tells of, and how each ended. */
function callsIn(text: string): string[] {
  return sorted(Array.from(text.matchAll(/^ {2}([a-z]+) +([a-z]+) /gm), ([, name, state]) => `${name} ${state}`))
}

test('daily.ts runs its works once for each day', async (t) => {
  const args = ['--days', '3', '--location', join(temporaryDirectory(t), 'store')]
  const { code, stdout, stderr } = await run('daily.ts', args).finished
  t.is(code, 0, stderr)
  const days = [25, 26, 27].map((day) => `2022-05-${day}`)
  t.deepEqual(
    Array.from(stdout.matchAll(/data of (.+)$/gm), ([, day]) => day),
    days,
  )
  t.is(stdout.match(/^trained on/gm)?.length, days.length)
})

test('deployment.ts goes on where it was killed, and deploys nothing again', async (t) => {
  const args = ['--epochs', '12', '--count', '3_000', '--location', join(temporaryDirectory(t), 'store')]
  const killed = run('deployment.ts', args)
  let before = ''
  killed.process.stdout.on('data', (text: string) => {
    before += text
    if (epochsIn(before, 'deployment').length >= 2) killed.process.kill('SIGKILL')
  })
  t.is((await killed.finished).code, null)

  const { code, stdout, stderr } = await run('deployment.ts', args).finished
  t.is(code, 0, stderr)
  const [trained, deployed] = ['training', 'deployment'].map((work) => epochsIn(stdout, work)) as [number[], number[]]
  t.is(trained.at(-1), 12)
  t.is(deployed.at(-1), 12)
  // The last one may have been killed after it was said, and before it was over.
  t.true(deployed[0]! >= epochsIn(before, 'deployment').at(-1)!)
  t.true(trained[0]! > 1)
})

/** What a work of deployment.ts said it did. */
function epochsIn(text: string, work: string): number[] {
  return Array.from(text.matchAll(new RegExp(`^${work}: epoch (\\d+)`, 'gm')), ([, epoch]) => Number(epoch))
}

interface Finished {
  /** null: ended by a signal */
  code: number | null
  stdout: string
  stderr: string
}

function run(program: string, args: readonly string[]) {
  const child = spawn(process.execPath, ['--import=tsx', join('examples', program), ...args], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ENGRAM_MODE: 'readWrite', ENGRAM_VERBOSE: '0' },
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const finished = once(child, 'close').then(([code]): Finished => ({ code, ...output }))
  return { process: child, finished }
}

function linesWith(text: string, label: string): number {
  return text.split('\n').filter((line) => line.trimStart().startsWith(label)).length
}

/** The second column of the table of a summary. */
function statesIn(text: string): string[] {
  const [, table = ''] = /^step +state .*\n((?:.+\n)+?)\w+: completed/m.exec(text) ?? []
  return table
    .trim()
    .split('\n')
    .map((line) => line.split(/ +/)[1]!)
}
