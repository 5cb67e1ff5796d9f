/**
 * Fills records at the speed of generated code, without generating any. V8 remembers at each place of a program which
 * key was stored there and where it went. In a loop over keys all shapes share one such place, and every store is
 * looked up; a function of its own, with a place for each key, makes a shape's stores two to five times faster. Since
 * closures of one text share their memory, the text itself must be there as often as there are shapes: these are for
 * the first shapes of a process that come in numbers, and the others do with the loop.
 */

/** Reads the values that a record holds, in the order of its keys. */
export interface FieldReader {
  read(): unknown
}

/** Gives a new record its keys; there is at least one, and none is special to `Object.prototype`. */
export type Fill = (reader: FieldReader, keys: readonly string[], record: Record<string, unknown>) => void

/** For any shape. */
export const fillInLoop: Fill = (reader, keys, record) => {
  for (let i = 0; i < keys.length; i++) record[keys[i]!] = reader.read()
}

/** A function for one shape alone, while there are any left. */
export function claimFill(): Fill {
  return unclaimed.pop() ?? fillInLoop
}

/** The keys beyond the places. */
function fillRest(reader: FieldReader, keys: readonly string[], record: Record<string, unknown>): void {
  for (let i = 12; i < keys.length; i++) record[keys[i]!] = reader.read()
}

const unclaimed: Fill[] = [
  (reader, keys, record) => {
    const n = keys.length
    record[keys[0]!] = reader.read()
    if (n === 1) return
    record[keys[1]!] = reader.read()
    if (n === 2) return
    record[keys[2]!] = reader.read()
    if (n === 3) return
    record[keys[3]!] = reader.read()
    if (n === 4) return
    record[keys[4]!] = reader.read()
    if (n === 5) return
    record[keys[5]!] = reader.read()
    if (n === 6) return
    record[keys[6]!] = reader.read()
    if (n === 7) return
    record[keys[7]!] = reader.read()
    if (n === 8) return
    record[keys[8]!] = reader.read()
    if (n === 9) return
    record[keys[9]!] = reader.read()
    if (n === 10) return
    record[keys[10]!] = reader.read()
    if (n === 11) return
    record[keys[11]!] = reader.read()
    if (n === 12) return
    fillRest(reader, keys, record)
  },
  (reader, keys, record) => {
    const n = keys.length
    record[keys[0]!] = reader.read()
    if (n === 1) return
    record[keys[1]!] = reader.read()
    if (n === 2) return
    record[keys[2]!] = reader.read()
    if (n === 3) return
    record[keys[3]!] = reader.read()
    if (n === 4) return
    record[keys[4]!] = reader.read()
    if (n === 5) return
    record[keys[5]!] = reader.read()
    if (n === 6) return
    record[keys[6]!] = reader.read()
    if (n === 7) return
    record[keys[7]!] = reader.read()
    if (n === 8) return
    record[keys[8]!] = reader.read()
    if (n === 9) return
    record[keys[9]!] = reader.read()
    if (n === 10) return
    record[keys[10]!] = reader.read()
    if (n === 11) return
    record[keys[11]!] = reader.read()
    if (n === 12) return
    fillRest(reader, keys, record)
  },
  (reader, keys, record) => {
    const n = keys.length
    record[keys[0]!] = reader.read()
    if (n === 1) return
    record[keys[1]!] = reader.read()
    if (n === 2) return
    record[keys[2]!] = reader.read()
    if (n === 3) return
    record[keys[3]!] = reader.read()
    if (n === 4) return
    record[keys[4]!] = reader.read()
    if (n === 5) return
    record[keys[5]!] = reader.read()
    if (n === 6) return
    record[keys[6]!] = reader.read()
    if (n === 7) return
    record[keys[7]!] = reader.read()
    if (n === 8) return
    record[keys[8]!] = reader.read()
    if (n === 9) return
    record[keys[9]!] = reader.read()
    if (n === 10) return
    record[keys[10]!] = reader.read()
    if (n === 11) return
    record[keys[11]!] = reader.read()
    if (n === 12) return
    fillRest(reader, keys, record)
  },
  (reader, keys, record) => {
    const n = keys.length
    record[keys[0]!] = reader.read()
    if (n === 1) return
    record[keys[1]!] = reader.read()
    if (n === 2) return
    record[keys[2]!] = reader.read()
    if (n === 3) return
    record[keys[3]!] = reader.read()
    if (n === 4) return
    record[keys[4]!] = reader.read()
    if (n === 5) return
    record[keys[5]!] = reader.read()
    if (n === 6) return
    record[keys[6]!] = reader.read()
    if (n === 7) return
    record[keys[7]!] = reader.read()
    if (n === 8) return
    record[keys[8]!] = reader.read()
    if (n === 9) return
    record[keys[9]!] = reader.read()
    if (n === 10) return
    record[keys[10]!] = reader.read()
    if (n === 11) return
    record[keys[11]!] = reader.read()
    if (n === 12) return
    fillRest(reader, keys, record)
  },
  (reader, keys, record) => {
    const n = keys.length
    record[keys[0]!] = reader.read()
    if (n === 1) return
    record[keys[1]!] = reader.read()
    if (n === 2) return
    record[keys[2]!] = reader.read()
    if (n === 3) return
    record[keys[3]!] = reader.read()
    if (n === 4) return
    record[keys[4]!] = reader.read()
    if (n === 5) return
    record[keys[5]!] = reader.read()
    if (n === 6) return
    record[keys[6]!] = reader.read()
    if (n === 7) return
    record[keys[7]!] = reader.read()
    if (n === 8) return
    record[keys[8]!] = reader.read()
    if (n === 9) return
    record[keys[9]!] = reader.read()
    if (n === 10) return
    record[keys[10]!] = reader.read()
    if (n === 11) return
    record[keys[11]!] = reader.read()
    if (n === 12) return
    fillRest(reader, keys, record)
  },
  (reader, keys, record) => {
    const n = keys.length
    record[keys[0]!] = reader.read()
    if (n === 1) return
    record[keys[1]!] = reader.read()
    if (n === 2) return
    record[keys[2]!] = reader.read()
    if (n === 3) return
    record[keys[3]!] = reader.read()
    if (n === 4) return
    record[keys[4]!] = reader.read()
    if (n === 5) return
    record[keys[5]!] = reader.read()
    if (n === 6) return
    record[keys[6]!] = reader.read()
    if (n === 7) return
    record[keys[7]!] = reader.read()
    if (n === 8) return
    record[keys[8]!] = reader.read()
    if (n === 9) return
    record[keys[9]!] = reader.read()
    if (n === 10) return
    record[keys[10]!] = reader.read()
    if (n === 11) return
    record[keys[11]!] = reader.read()
    if (n === 12) return
    fillRest(reader, keys, record)
  },
  (reader, keys, record) => {
    const n = keys.length
    record[keys[0]!] = reader.read()
    if (n === 1) return
    record[keys[1]!] = reader.read()
    if (n === 2) return
    record[keys[2]!] = reader.read()
    if (n === 3) return
    record[keys[3]!] = reader.read()
    if (n === 4) return
    record[keys[4]!] = reader.read()
    if (n === 5) return
    record[keys[5]!] = reader.read()
    if (n === 6) return
    record[keys[6]!] = reader.read()
    if (n === 7) return
    record[keys[7]!] = reader.read()
    if (n === 8) return
    record[keys[8]!] = reader.read()
    if (n === 9) return
    record[keys[9]!] = reader.read()
    if (n === 10) return
    record[keys[10]!] = reader.read()
    if (n === 11) return
    record[keys[11]!] = reader.read()
    if (n === 12) return
    fillRest(reader, keys, record)
  },
  (reader, keys, record) => {
    const n = keys.length
    record[keys[0]!] = reader.read()
    if (n === 1) return
    record[keys[1]!] = reader.read()
    if (n === 2) return
    record[keys[2]!] = reader.read()
    if (n === 3) return
    record[keys[3]!] = reader.read()
    if (n === 4) return
    record[keys[4]!] = reader.read()
    if (n === 5) return
    record[keys[5]!] = reader.read()
    if (n === 6) return
    record[keys[6]!] = reader.read()
    if (n === 7) return
    record[keys[7]!] = reader.read()
    if (n === 8) return
    record[keys[8]!] = reader.read()
    if (n === 9) return
    record[keys[9]!] = reader.read()
    if (n === 10) return
    record[keys[10]!] = reader.read()
    if (n === 11) return
    record[keys[11]!] = reader.read()
    if (n === 12) return
    fillRest(reader, keys, record)
  },
]
