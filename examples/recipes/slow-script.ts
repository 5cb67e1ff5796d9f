import { type FileRef, Memory, fileOf } from 'engram'
import { readFileSync } from 'node:fs'

const memory = new Memory('.engram')
const MINIMUM = 10

/** Revenue by month, of orders that are worth at least `MINIMUM`. */
const revenue = memory.cache(function revenue(orders: FileRef) {
  const byMonth: Record<string, number> = {}
  for (const line of readFileSync(orders.path, 'utf8').trim().split('\n')) {
    const [day = '', price = ''] = line.split(',')
    if (Number(price) < MINIMUM) continue
    const month = day.slice(0, 7)
    byMonth[month] = (byMonth[month] ?? 0) + Number(price)
  }
  return byMonth
})

const orders = fileOf('orders.csv') // counts by its content, not by its path
const { status, changed } = revenue.explain(orders)
console.log(status)
for (const { part, name, before, now } of changed) console.log(`  ${part} ${name}: ${before} → ${now}`)
console.log(revenue(orders))
