// What loops do with an array of numbers: something that is never 0.
import { sum } from './data.mjs'

export const using = {
  nothing: (array) => array.length,
  written: (array) => array.fill(1).length,
  summed: sum,
}
