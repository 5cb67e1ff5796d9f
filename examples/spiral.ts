/** Cells on one side of the Ulam spiral of a to b: the smallest odd number whose square holds them all. */
export function spiralSide(a: number, b: number): number {
  const side = Math.ceil(Math.sqrt(b - a + 1))
  return side % 2 === 0 ? side + 1 : side
}

/**
 * The Ulam spiral: a square of `spiralSide(a, b)` rows, row after row, with a 1 for every prime and a 0 elsewhere.
 *
 * Number 1 lies in the centre, 2 below it, 3 to the right of 2, and on around the centre. Ring k, counted from
 * the centre, ends with the odd square (2k + 1)² in its lower left corner, so that a number's cell follows from
 * its distance to the end of its ring: no step of the walk has to be taken for numbers that are not prime.
 * Like the walk, it shows the numbers from a to b that lie on the grid, which holds 1 to side².
 */
export function ulamSpiral(primes: Uint32Array, a: number, b: number): Uint8Array<ArrayBuffer> {
  const side = spiralSide(a, b)
  const cells = new Uint8Array(side * side)
  const centre = (side - 1) / 2
  const first = Math.max(a, 1)
  const last = Math.min(b, cells.length)

  for (let i = 0; i < primes.length; i++) {
    const prime = primes[i]!
    if (prime < first || prime > last) continue
    const ring = Math.ceil((Math.sqrt(prime) - 1) / 2)
    const edge = 2 * ring
    const low = centre - ring
    const high = centre + ring
    const toEnd = (edge + 1) * (edge + 1) - prime
    if (toEnd <= edge) cells[(high - toEnd) * side + low] = 1 // left edge, walked downwards
    else if (toEnd <= 2 * edge) cells[low * side + low + (toEnd - edge)] = 1 // top edge, leftwards
    else if (toEnd <= 3 * edge) cells[(low + (toEnd - 2 * edge)) * side + high] = 1 // right edge, upwards
    else cells[high * side + high - (toEnd - 3 * edge)] = 1 // bottom edge, rightwards
  }
  return cells
}

/** The square of at most `size` by `size` cells around the centre of a square of cells. */
export function spiralCentre(cells: Uint8Array, size: number): { cells: Uint8Array; side: number } {
  const whole = Math.sqrt(cells.length)
  const side = Math.min(size, whole)
  const start = Math.floor((whole - side) / 2)
  const part = new Uint8Array(side * side)
  for (let row = 0; row < side; row++) {
    const from = (start + row) * whole + start
    part.set(cells.subarray(from, from + side), row * side)
  }
  return { cells: part, side }
}
