// RocksDB through npm (rocksdb), JSON values.
import { promisify } from 'node:util'
import rocksdb from 'rocksdb'
import { asyncMemo } from './memo.mjs'

async function openDatabase(dir) {
  const db = rocksdb(`${dir}/memo.rocks`)
  const call = (name) => promisify(db[name]).bind(db)
  await call('open')({ cacheSize: 64 << 20, enableWriteAheadLog: true })
  return { get: call('get'), put: call('put'), close: call('close') }
}

const absent = (error) => {
  if (!error.message.includes('NotFound')) throw error
  return undefined
}

export async function memoizeAsync(fn, dir) {
  const db = await openDatabase(dir)
  const store = {
    get: (key) => db.get(key, { asBuffer: false }).then(JSON.parse, absent),
    put: (key, value) => db.put(key, JSON.stringify(value)),
  }
  return { call: asyncMemo(fn, store), close: () => db.close() }
}

export async function openArrays(dir) {
  const db = await openDatabase(dir)
  return {
    store: (array) => db.put('array', Buffer.from(array.buffer)),
    load: async () => {
      const bytes = await db.get('array', { asBuffer: true })
      return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8)
    },
    close: () => db.close(),
  }
}
