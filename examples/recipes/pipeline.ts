import { type FileRef, Pipeline, fileOf, step } from 'engram'
import { readFile } from 'node:fs/promises'

interface Order {
  product: string
  dollars: number
}

const load = step(
  async function load(file: FileRef): Promise<Order[]> {
    return JSON.parse(await readFile(file.path, 'utf8'))
  },
  { outputs: ['orders'] },
)
const clean = step(
  function clean(orders: Order[]) {
    return orders.filter(({ dollars }) => dollars > 0)
  },
  { outputs: ['sold'] },
)
const revenue = step(
  function revenue(sold: Order[], rate: number) {
    return sold.reduce((sum, { dollars }) => sum + dollars * rate, 0)
  },
  { outputs: ['euros'] },
)

const report = new Pipeline('report', { cacheDir: '.engram', context: { rate: 0.92 } }).addStep(load, clean, revenue)
const inputs = { file: fileOf('orders.json') }
const context = { rate: Number(process.env['RATE'] ?? 0.92) }

console.log(String(await report.plan({ inputs, context }))) // what would run, and why
const { outputs } = (await report.run({ inputs, context })).orThrow()
console.log(`${outputs.euros.toFixed(2)} euros`)
