// keyv over keyv-file: the whole file is read at the start and held in memory.
import Keyv from 'keyv'
import { KeyvFile } from 'keyv-file'
import { asyncMemo } from './memo.mjs'

export function memoizeAsync(fn, dir) {
  const keyv = new Keyv({ store: new KeyvFile({ filename: `${dir}/keyv.json` }), throwOnErrors: true })
  const store = { get: (key) => keyv.get(key), put: (key, value) => keyv.set(key, value) }
  return { call: asyncMemo(fn, store), close: () => keyv.disconnect() }
}
