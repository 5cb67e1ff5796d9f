import { type CallRecord, Memory, createNode, currentContext, launchPlan, task, withRunContext, workflow } from 'engram'
/**
 * Which learning rate reads digits best? A workflow that fans out over scanners and over learning rates, and in again.
 *
 *     node --import=tsx examples/workflow.ts [--count 1_500] [--epochs 6] [--rates 0.005,0.02,0.08] [--location .engram]
 *
 * Run it twice, and nothing but the broken scanner is tried again, and the report written. Run it in two terminals at once, and each
 * training runs once. Stop it with Ctrl-C: what it has done is kept.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Digits, accuracyOf, drawDigits, joinDigits, splitDigits, trainNetwork } from './digits.ts'
import { count, duration, wholeNumber } from './format.ts'

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '1_500' },
    epochs: { type: 'string', default: '6' },
    rates: { type: 'string', default: '0.005,0.02,0.08' },
    location: { type: 'string', default: '.engram' },
  },
})
const [each, epochs] = [wholeNumber(options.count) ?? 0, wholeNumber(options.epochs) ?? 0]
const rates = options.rates.split(',').map(Number)
if (each < 10 || epochs < 1 || !rates.every((rate) => rate > 0)) {
  console.error('--count and --epochs take whole numbers, --rates numbers above 0, such as 0.01,0.1')
  process.exit(2)
}

const memory = new Memory(options.location)
const report = join(options.location, '..', 'digits.json')
const SCANNERS = ['north', 'east', 'south', 'west', 'attic']

// --------------------------------------------------------------------------------------------------------------- tasks

// 'auto': its version is made from its code and that of its helpers, so that an edit of `drawDigits` counts.
const scan = task(
  function scan({ scanner, pictures }: { scanner: string; pictures: number }) {
    const place = SCANNERS.indexOf(scanner)
    if (scanner === 'attic') throw new Error(`the scanner in the ${scanner} does not answer`)
    return drawDigits(pictures, 0.3 + place / 10, place + 1)
  },
  { memory, cache: 'auto' },
)

const combine = task(({ parts }: { parts: Digits[] }) => joinDigits(parts), {
  name: 'combine',
  memory,
  cache: 'auto',
})

// Its version is ours to raise: an edit that only tidies up trains nothing again. Serialised: of all programs that want it, one trains.
const train = task(
  function train(inputs: { digits: Digits; learningRate: number; epochs: number; note?: string }) {
    const { digits, learningRate, epochs, note } = inputs
    if (note !== undefined) currentContext()?.report('note', note)
    return trainNetwork(digits, learningRate, epochs)
  },
  {
    memory,
    cache: true,
    cacheVersion: '1',
    cacheSerialize: true,
    cacheIgnoreInputVars: ['note'],
    retries: { count: 1, when: (error) => !(error instanceof DOMException) },
  },
)

// It changes something outside, so it is not cached.
const write = task(({ best }: { best: object }) => writeFile(report, `${JSON.stringify(best)}\n`), {
  name: 'write',
  memory,
})

// ----------------------------------------------------------------------------------------------------------- workflows

/** The digits of all scanners that answer, in two parts. */
const gather = workflow(
  async function gather({ pictures }: { pictures: number }) {
    const items = SCANNERS.map((scanner) => ({ scanner, pictures }))
    // One of five may fail; it is tried again next time.
    const parts = await scan.map(items, { minSuccessRatio: 0.8, concurrency: 2 })
    return splitDigits(await combine({ parts: parts.filter((one) => one !== undefined) }), 0.2)
  },
  { memory },
)

/** How well a network reads that was trained in one way. */
const rate = workflow(
  async function rate(inputs: { train: Digits; test: Digits; learningRate: number; epochs: number }) {
    const { train: digits, test, learningRate, epochs } = inputs
    const network = await train({ digits, learningRate, epochs, note: `at ${new Date().toISOString()}` })
    return { learningRate, accuracy: accuracyOf(network, test) }
  },
  { memory },
)
const rateWell = launchPlan.getOrCreate(rate, 'rate well', { epochs })

const compare = workflow(
  async function compare({ rates }: { rates: number[] }) {
    const { train: digits, test } = await gather({ pictures: each })
    // As nodes they are cached where the call says so: the second run asks for none of their tasks.
    const rated = await Promise.all(
      rates.map((learningRate) =>
        rateWell({ train: digits, test, learningRate }).withOverrides({ cache: { version: '1' } }),
      ),
    )
    const best = rated.reduce((one, other) => (other.accuracy > one.accuracy ? other : one))
    const written = createNode(write, { best })
    const checked = createNode(check, { file: report })
    // It takes nothing of what `write` gives, and has to come after it.
    written.runsBefore(checked)
    return { digits: digits.labels.length + test.labels.length, rated, best, checked }
  },
  { memory },
)

const check = task(({ file }: { file: string }) => `in ${file}`, { name: 'check', memory })

// ----------------------------------------------------------------------------------------------------------------- run

const stop = new AbortController()
process.once('SIGINT', () => stop.abort(new Error('stopped by Ctrl-C')))
const calls: CallRecord[] = []
const context = withRunContext({ signal: stop.signal, onCall: (call) => calls.push(call) })
try {
  const { digits, rated, best, checked } = await context.run(compare, { rates })
  console.log(`From ${count(digits)} digits:\n`)
  for (const { learningRate, accuracy } of rated)
    console.log(`  ${learningRate}: ${percent(accuracy)} of unseen digits are read`)
  console.log(`\nThe best learning rate is ${best.learningRate}: ${checked}.\n`)
} catch (error) {
  console.error(String(error))
  process.exitCode = 1
}

// The same is kept, and can be asked for later: memory.runs({ name: 'compare' }).
for (const { name, state, durationMs, changed, error } of calls) {
  const why = error?.message ?? changed.map(({ part, name: what }) => `${part} ${what}`).join(', ')
  console.log(`  ${name.padEnd(9)}${state.padEnd(10)}${duration(durationMs).padStart(8)}  ${why}`)
}
await memory.close()

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
