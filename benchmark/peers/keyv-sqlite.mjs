// keyv over its SQLite store.
import KeyvSqlite from '@keyv/sqlite'
import Keyv from 'keyv'
import { asyncMemo } from './memo.mjs'

function openKeyv(dir) {
  return new Keyv({ store: new KeyvSqlite({ uri: `sqlite://${dir}/keyv.sqlite`, wal: true }), throwOnErrors: true })
}

export function memoizeAsync(fn, dir) {
  const keyv = openKeyv(dir)
  const store = { get: (key) => keyv.get(key), put: (key, value) => keyv.set(key, value) }
  return { call: asyncMemo(fn, store), close: () => keyv.disconnect() }
}

export function openArrays(dir) {
  const keyv = openKeyv(dir)
  return {
    store: (array) => keyv.set('array', Buffer.from(array.buffer)),
    load: async () => {
      const bytes = await keyv.get('array')
      return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8)
    },
    close: () => keyv.disconnect(),
  }
}
