import { encode } from 'fast-png'

/** A square of 0 and 1 as a PNG of one pixel a cell: 1 is black, 0 is white. */
export function squareToPng(cells: Uint8Array, side: number): Uint8Array {
  const data = cells.map((cell) => (cell === 0 ? 255 : 0))
  return encode({ width: side, height: side, data, depth: 8, channels: 1 })
}

const [BAR_WIDTH, GAP, HEIGHT] = [16, 4, 200]

/** A chart of bars as a PNG, the highest one as high as the picture: black on white. */
export function barsToPng(values: Float64Array): Uint8Array {
  const width = GAP + values.length * (BAR_WIDTH + GAP)
  const data = new Uint8Array(width * HEIGHT).fill(255)
  const highest = Math.max(...values)
  for (const [at, value] of values.entries()) {
    const left = GAP + at * (BAR_WIDTH + GAP)
    const top = HEIGHT - Math.round((value / highest) * HEIGHT)
    for (let row = top; row < HEIGHT; row++) data.fill(0, row * width + left, row * width + left + BAR_WIDTH)
  }
  return encode({ width, height: HEIGHT, data, depth: 8, channels: 1 })
}
