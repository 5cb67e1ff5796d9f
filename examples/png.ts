import { encode } from 'fast-png'

/** A square of 0 and 1 as a PNG of one pixel a cell: 1 is black, 0 is white. */
export function squareToPng(cells: Uint8Array, side: number): Uint8Array {
  const data = cells.map((cell) => (cell === 0 ? 255 : 0))
  return encode({ width: side, height: side, data, depth: 8, channels: 1 })
}
