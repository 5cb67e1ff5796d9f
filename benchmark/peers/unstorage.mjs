// unstorage over its file driver.
import { createStorage } from 'unstorage'
import fsDriver from 'unstorage/drivers/fs-lite'
import { asyncMemo } from './memo.mjs'

function openStorage(dir) {
  return createStorage({ driver: fsDriver({ base: `${dir}/unstorage` }) })
}

export function memoizeAsync(fn, dir) {
  const storage = openStorage(dir)
  const get = async (key) => (await storage.getItem(key)) ?? undefined
  return {
    call: asyncMemo(fn, { get, put: (key, value) => storage.setItem(key, value) }),
    close: () => storage.dispose(),
  }
}

export function openArrays(dir) {
  const storage = openStorage(dir)
  return {
    store: (array) => storage.setItemRaw('array', Buffer.from(array.buffer)),
    load: async () => {
      const bytes = await storage.getItemRaw('array')
      return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8)
    },
    close: () => storage.dispose(),
  }
}
