import { numbers } from './random.ts'

/** Orders of a shop, column by column: a number of each array is of the same order. */
export interface Orders {
  /** Numbers of orders. */
  readonly ids: Uint32Array
  /** Months since January 2023. */
  readonly months: Uint8Array
  /** Places in {@link PRODUCTS}. */
  readonly products: Uint8Array
  readonly cents: Uint32Array
  /** 1 for dollars, 0 for euros. */
  readonly isDollar: Uint8Array
}

export const MONTHS = 24
export const PRODUCTS = ['kettle', 'lamp', 'chair', 'desk', 'teapot', 'shelf', 'clock', 'mirror', 'rug', 'vase']
const CENTS = [3_900, 5_400, 12_900, 34_900, 2_700, 8_900, 4_500, 7_900, 15_900, 3_200]

/**
 * What a shop's system exports, always the same text for the same number of rows: lines such as `17,2024-03-09,lamp,2,$54.00`.
 * As in any export some lines are not as they should be: a cancelled order has no quantity, some lines come twice, and a part of
 * the dates is written in another way.
 */
export function exportOrders(rows: number): string {
  const random = numbers(rows)
  const lines = ['id,date,product,quantity,price']
  for (let id = 1; id <= rows; id++) {
    const month = Math.floor(MONTHS * random() ** 0.8)
    const product = Math.floor(PRODUCTS.length * random() ** 1.5)
    const quantity = random() < 0.02 ? '' : String(1 + Math.floor(3 * random() ** 4))
    const price = `${random() < 0.3 ? '$' : '€'}${(CENTS[product]! / 100).toFixed(2)}`
    const line = `${id},${dateText(month, 1 + Math.floor(28 * random()), random() < 0.1)},${PRODUCTS[product]},${quantity},${price}`
    lines.push(line)
    if (random() < 0.01) lines.push(line)
  }
  return lines.join('\n')
}

/** `2024-03-09`, or `09.03.2024`. */
function dateText(month: number, day: number, isDotted: boolean): string {
  const parts = [String(2023 + Math.floor(month / 12)), two(1 + (month % 12)), two(day)]
  return isDotted ? parts.toReversed().join('.') : parts.join('-')
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

/** The orders in an export, and how many lines are none. */
export function parseOrders(csv: string): { orders: Orders; rejected: number } {
  const lines = csv.split('\n').slice(1)
  const orders = emptyOrders(lines.length)
  let length = 0
  for (const line of lines) {
    const [id, date, product, quantity, price] = line.split(',') as [string, string, string, string, string]
    if (quantity === '') continue
    orders.ids[length] = Number(id)
    orders.months[length] = monthOf(date)
    orders.products[length] = PRODUCTS.indexOf(product)
    orders.cents[length] = Math.round(Number(quantity) * Number(price.slice(1)) * 100)
    orders.isDollar[length++] = price.startsWith('$') ? 1 : 0
  }
  return { orders: some(orders, (_, at) => at < length), rejected: lines.length - length }
}

function monthOf(date: string): number {
  const [year, month] = date.includes('-') ? date.split('-') : date.split('.').toReversed()
  return 12 * (Number(year) - 2023) + Number(month) - 1
}

/** Each order once. */
export function withoutRepeats(orders: Orders): Orders {
  const seen = new Set<number>()
  return some(orders, (id) => seen.size < seen.add(id).size)
}

/** Euros of each month. */
export function revenueByMonth({ months, cents, isDollar }: Orders, euroPerDollar: number): Float64Array {
  const revenue = new Float64Array(MONTHS)
  for (const [at, month] of months.entries())
    revenue[month]! += (cents[at]! / 100) * (isDollar[at] === 1 ? euroPerDollar : 1)
  return revenue
}

/** The products of which most were ordered, with how many orders there are of them. */
export function bestsellers({ products }: Orders, limit: number): [product: string, orders: number][] {
  const counts = new Uint32Array(PRODUCTS.length)
  for (const product of products) counts[product]!++
  const all = PRODUCTS.map((product, at): [string, number] => [product, counts[at]!])
  return all.sort((one, other) => other[1] - one[1]).slice(0, limit)
}

function emptyOrders(length: number): Orders {
  return {
    ids: new Uint32Array(length),
    months: new Uint8Array(length),
    products: new Uint8Array(length),
    cents: new Uint32Array(length),
    isDollar: new Uint8Array(length),
  }
}

function some(
  { ids, months, products, cents, isDollar }: Orders,
  isWanted: (id: number, at: number) => boolean,
): Orders {
  const wanted = new Uint8Array(ids.length)
  for (const [at, id] of ids.entries()) wanted[at] = isWanted(id, at) ? 1 : 0
  const isKept = (_: number, at: number): boolean => wanted[at] === 1
  return {
    ids: ids.filter(isKept),
    months: months.filter(isKept),
    products: products.filter(isKept),
    cents: cents.filter(isKept),
    isDollar: isDollar.filter(isKept),
  }
}
