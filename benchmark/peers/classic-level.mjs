// classic-level (LevelDB), JSON values; its only synchronous call is a read.
import { ClassicLevel } from 'classic-level'
import { asyncMemo, memo } from './memo.mjs'

async function openDatabase(dir) {
  const db = new ClassicLevel(`${dir}/memo.level`, { valueEncoding: 'json', cacheSize: 64 << 20 })
  await db.open()
  return db
}

export async function memoize(fn, dir) {
  const db = await openDatabase(dir)
  const put = () => {
    throw new Error('classic-level cannot write synchronously')
  }
  return { call: memo(fn, { get: (key) => db.getSync(key), put }), close: () => db.close() }
}

export async function memoizeAsync(fn, dir) {
  const db = await openDatabase(dir)
  const store = { get: (key) => db.get(key), put: (key, value) => db.put(key, value) }
  return { call: asyncMemo(fn, store), close: () => db.close() }
}
