// A plain file, read whole.
import { readFileSync, writeFileSync } from 'node:fs'

export function openArrays(dir) {
  return {
    store: (array) => writeFileSync(`${dir}/array`, new Uint8Array(array.buffer)),
    load: () => {
      const bytes = readFileSync(`${dir}/array`)
      return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8)
    },
    close: () => {},
  }
}
