// lmdb, tuned: shared record structures, no sync (the promise that engram makes by default: a process may die).
import { open } from 'lmdb'
import { memo, memoOfPromises } from './memo.mjs'

const structures = Symbol.for('structures')

function openRecords(dir) {
  return open({ path: `${dir}/memo.mdb`, sharedStructuresKey: structures, noSync: true, noMemInit: true })
}

export function memoize(fn, dir) {
  const db = openRecords(dir)
  const store = { get: (key) => db.get(key), put: (key, value) => db.putSync(key, value) }
  return { call: memo(fn, store), close: () => db.close() }
}

export function memoizeAsync(fn, dir) {
  const db = openRecords(dir)
  const store = { get: (key) => db.get(key), put: (key, value) => db.put(key, value) }
  return { call: memoOfPromises(fn, store), close: () => db.close() }
}

function openBytes(dir) {
  return open({ path: `${dir}/bytes.mdb`, encoding: 'binary', noSync: true, noMemInit: true })
}

export function openArrays(dir) {
  const db = openBytes(dir)
  return {
    store: (array) => void db.putSync('array', Buffer.from(array.buffer)),
    load: () => {
      // Not copied: the bytes stay in lmdb's map.
      const bytes = db.getBinaryFast('array')
      if (bytes === undefined) throw new Error('lmdb has no such value')
      return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8)
    },
    close: () => db.close(),
  }
}
