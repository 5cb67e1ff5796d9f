// cacache, npm's own content-addressed cache, its in-memory copies off; JSON values.
import cacache from 'cacache'
import { asyncMemo } from './memo.mjs'

const decode = (found) => JSON.parse(found.data.toString())

const absent = (error) => {
  if (error.code !== 'ENOENT') throw error
  return undefined
}

export function memoizeAsync(fn, dir) {
  const path = `${dir}/cacache`
  const get = (key) => cacache.get(path, key, { memoize: false }).then(decode, absent)
  const put = (key, value) => cacache.put(path, key, JSON.stringify(value))
  return { call: asyncMemo(fn, { get, put }), close: () => {} }
}

export function openArrays(dir) {
  const path = `${dir}/cacache`
  return {
    store: (array) => cacache.put(path, 'array', Buffer.from(array.buffer)),
    load: async () => {
      const { data } = await cacache.get(path, 'array', { memoize: false })
      return new Float64Array(data.buffer, data.byteOffset, data.byteLength / 8)
    },
    close: () => {},
  }
}
