/** Odd numbers held in one piece of the sieve: 128 KiB of flags, small enough to stay in the processor's cache. */
const ODDS_PER_SEGMENT = 1 << 17

/**
 * All primes p with a <= p <= b, in order, by a segmented sieve of Eratosthenes over the odd numbers.
 *
 * Needs the memory of its result, twice for a moment, and one segment; b is at most 4,294,967,295.
 */
export function primesBetween(a: number, b: number): Uint32Array<ArrayBuffer> {
  if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b)) throw new RangeError('primesBetween takes whole numbers')
  if (b > 0xffff_ffff) throw new RangeError('primesBetween goes up to 4,294,967,295: its result has 32 bits a prime')
  const primes = new Uint32Array(primeCountBound(a, b))
  let count = 0
  if (a <= 2 && b >= 2) primes[count++] = 2

  const divisors = oddPrimesUpTo(Math.floor(Math.sqrt(Math.max(b, 0))))
  const composite = new Uint8Array(ODDS_PER_SEGMENT)
  // Flag i of a segment stands for the odd number first + 2i.
  const start = Math.max(a, 3)
  for (let first = start % 2 === 0 ? start + 1 : start; first <= b; first += 2 * ODDS_PER_SEGMENT) {
    const length = Math.min(ODDS_PER_SEGMENT, Math.floor((b - first) / 2) + 1)
    composite.fill(0)
    crossOut(composite, first, length, divisors)
    for (let i = 0; i < length; i++) if (composite[i] === 0) primes[count++] = first + 2 * i
  }
  return primes.slice(0, count)
}

/** Flags the multiples of each divisor p, from p * p on: smaller ones have a smaller divisor. */
function crossOut(composite: Uint8Array, first: number, length: number, divisors: Uint32Array): void {
  const last = first + 2 * (length - 1)
  for (const p of divisors) {
    if (p * p > last) return
    let multiple = Math.max(p * p, Math.ceil(first / p) * p)
    if (multiple % 2 === 0) multiple += p
    for (let i = (multiple - first) / 2; i < length; i += p) composite[i] = 1
  }
}

/** The plain sieve, for the few divisors that the segmented one needs. */
function oddPrimesUpTo(limit: number): Uint32Array {
  const composite = new Uint8Array(limit + 1)
  const primes: number[] = []
  for (let p = 3; p <= limit; p += 2) {
    if (composite[p] === 1) continue
    primes.push(p)
    for (let multiple = p * p; multiple <= limit; multiple += 2 * p) composite[multiple] = 1
  }
  return Uint32Array.from(primes)
}

/** Never less than the number of primes from a to b; less than 1% above it for 1 to 500,000,000 (Dusart 1999). */
function primeCountBound(a: number, b: number): number {
  if (b < 2 || b < a) return 0
  const log = Math.log(b)
  const upToB = Math.ceil((b / log) * (1 + 1.2762 / log))
  const oddsAndTwo = Math.ceil((b - Math.max(a, 2) + 1) / 2) + 1
  return Math.min(upToB, oddsAndTwo)
}
