// What the measured functions compute. Deterministic: every process must see the same values.

/** How often the functions below ran in this process: a hit that ran one is no hit. */
let runs = 0
export const runCount = () => runs

/** Small arguments, small result. */
export function quote(item, region) {
  runs++
  return { item, region, total: item * 1.19, currency: 'EUR', inStock: item % 3 === 0 }
}

const regions = ['north', 'east', 'south', 'west']
/** Arguments of `count` different calls. */
export const quoteArguments = (count) => Array.from({ length: count }, (_, i) => [i, regions[i % 4]])

/** A small object among the arguments. */
export function offer(item, count) {
  runs++
  return { item: item.id, count, total: item.id * count * 1.19, currency: 'EUR', inStock: item.id % 3 === 0 }
}

/** Arguments of `count` different calls of `offer`: objects made once, as programs hold them. */
export const offerArguments = (count) =>
  Array.from({ length: count }, (_, id) => [{ id, name: `item number ${id}` }, 3])

/** About 200 bytes as JSON. */
export function record(id) {
  runs++
  return {
    id,
    name: `customer number ${id}`,
    email: `customer.${id}@example.org`,
    balance: (id * 7919) / 100,
    active: id % 2 === 0,
    tags: ['retail', `group-${id % 17}`],
    address: { city: `city ${id % 311}`, street: `street ${id % 1009}`, zip: 10000 + (id % 80000) },
    visits: id % 100,
  }
}

/** Nested: three objects and two arrays of them, 330 bytes as JSON. */
export function order(id) {
  runs++
  return {
    id,
    placed: 1_700_000_000_000 + id * 61_000,
    customer: { id: id % 9973, name: `customer number ${id % 9973}`, email: `customer.${id % 9973}@example.org` },
    address: { city: `city ${id % 311}`, street: `street ${id % 1009}`, zip: 10000 + (id % 80000) },
    payment: { method: id % 3 === 0 ? 'card' : 'invoice', paid: id % 2 === 0, total: (id * 7919) / 100 },
    tags: ['retail', `group-${id % 17}`, `batch-${id % 101}`],
    quantities: [1 + (id % 5), 1 + (id % 3), id % 7],
    visits: id % 100,
  }
}

/** Those above as promises, under the same names: what one of a pair stored, the other finds. */
export const later = {
  quote: async (item, region) => {
    runs++
    return { item, region, total: item * 1.19, currency: 'EUR', inStock: item % 3 === 0 }
  },

  offer: async (item, count) => {
    runs++
    return { item: item.id, count, total: item.id * count * 1.19, currency: 'EUR', inStock: item.id % 3 === 0 }
  },

  order: async (id) => order(id),

  record: async (id) => {
    runs++
    return {
      id,
      name: `customer number ${id}`,
      email: `customer.${id}@example.org`,
      balance: (id * 7919) / 100,
      active: id % 2 === 0,
      tags: ['retail', `group-${id % 17}`],
      address: { city: `city ${id % 311}`, street: `street ${id % 1009}`, zip: 10000 + (id % 80000) },
      visits: id % 100,
    }
  },
}

/** 10,000 records, about 1.6 MB as JSON. */
export function nested(count = 10_000) {
  const random = generator(1)
  return Array.from({ length: count }, (_, id) => ({
    id,
    name: `sample ${Math.floor(random() * 1e9).toString(36)}`,
    score: random(),
    passed: random() > 0.5,
    position: { x: Math.floor(random() * 4096), y: Math.floor(random() * 4096), layer: 'base' },
    tags: ['train', `fold-${id % 5}`],
    parent: id === 0 ? null : Math.floor(random() * id),
  }))
}

/** How long the last run of `numbers` took, so that storing can be told from computing. */
let numbersMs = 0
export const numbersRunMs = () => numbersMs

/** A large array: `byteLength` bytes of float64. */
export function numbers(byteLength) {
  runs++
  const start = performance.now()
  const array = new Float64Array(byteLength / 8)
  let state = 1
  for (let i = 0; i < array.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    array[i] = state / 4294967296
  }
  numbersMs = performance.now() - start
  return array
}

export function sum(array) {
  let total = 0
  for (let i = 0; i < array.length; i++) total += array[i]
  return total
}

/** Uniform numbers in [0, 1), the same in every process. */
export function generator(seed) {
  let state = seed | 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 0) / 4294967296
  }
}

/** Whole numbers below `limit`, at random, `count` of them. */
export function randomIds(count, limit, seed = 7) {
  const random = generator(seed)
  return Uint32Array.from({ length: count }, () => Math.floor(random() * limit))
}
