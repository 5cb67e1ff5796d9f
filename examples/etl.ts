import { Pipeline, step } from 'engram'
/**
 * From a shop's export of 300,000 orders to its revenue by month: a pipeline of seven steps.
 *
 *     node --import=tsx examples/etl.ts [--rows 300_000] [--dollar 0.92] [--location .engram]
 *
 * Run it twice, and only the last step runs, which writes the picture. Run it with `--dollar 0.9`, and only what depends on that runs.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { count, wholeNumber } from './format.ts'
import { bestsellers, exportOrders, parseOrders, revenueByMonth, withoutRepeats } from './orders.ts'
import { barsToPng } from './png.ts'

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '300_000' },
    dollar: { type: 'string', default: '0.92' },
    location: { type: 'string', default: '.engram' },
  },
})
const [rows, euroPerDollar] = [wholeNumber(options.rows), Number(options.dollar)]
if (rows === undefined || rows < 1 || !(euroPerDollar > 0)) {
  console.error('--rows takes a whole number, --dollar the euros of a dollar, such as 0.92')
  process.exit(2)
}
const picture = join(options.location, '..', 'revenue.png')

// A step is given what others give under the names of its parameters, or under those that `inputs` says.
const etl = new Pipeline('etl', {
  cacheDir: options.location,
  // Only the steps that take a parameter depend on it.
  context: { rows, euroPerDollar, limit: 3 },
}).addStep(
  step(exportOrders, { name: 'export', outputs: ['csv'] }),
  step(parseOrders, { name: 'parse', outputs: ['orders', 'rejected'] }),
  step(withoutRepeats, { name: 'clean', inputs: ['orders'], outputs: ['clean'] }),
  step(revenueByMonth, { name: 'revenue', inputs: ['clean', 'euroPerDollar'], outputs: ['revenue'] }),
  step(bestsellers, { name: 'bestsellers', inputs: ['clean', 'limit'] }),
  step(barsToPng, { name: 'draw', inputs: ['revenue'], outputs: ['png'] }),
  // It changes something outside, so it has to run each time.
  step((png: Uint8Array) => writeFile(picture, png), { name: 'write', cache: false }),
)

console.log(`What is to be done:\n\n${String(await etl.plan())}\n`)
const result = (await etl.run()).orThrow()
console.log(`What was done:\n\n${result.summary()}\n`)

// Each of these is loaded here, and not before.
const { rejected, revenue, bestsellers: best } = result.outputs
console.log(`${count(rejected)} lines of the export were no orders.`)
console.log(`Most ordered: ${best.map(([product, orders]) => `${product} (${count(orders)})`).join(', ')}.`)
console.log(`Revenue of the last month: ${count(Math.round(revenue.at(-1)!))} euros. All 24 are in ${picture}.\n`)

const dearer = { context: { euroPerDollar: 1 } }
console.log(`If a dollar were worth a euro:\n\n${String(await etl.plan(dearer))}`)
await etl.close()
