// better-sqlite3, tuned: write-ahead log, prepared statements, mapped reads, no sync unless asked for, JSON text.
import Database from 'better-sqlite3'
import { memo, memoOfPromises } from './memo.mjs'

function openDatabase(dir, variant) {
  const db = new Database(`${dir}/memo.sqlite`)
  db.pragma('journal_mode = WAL')
  db.pragma(`synchronous = ${variant === 'normal' ? 'NORMAL' : 'OFF'}`)
  db.pragma('mmap_size = 1073741824')
  db.pragma('cache_size = -65536')
  db.exec('CREATE TABLE IF NOT EXISTS memo (key TEXT PRIMARY KEY, value) WITHOUT ROWID')
  return db
}

function openStore(dir, variant) {
  const db = openDatabase(dir, variant)
  const select = db.prepare('SELECT value FROM memo WHERE key = ?').pluck()
  const insert = db.prepare('INSERT OR REPLACE INTO memo VALUES (?, ?)')
  return {
    get: (key) => {
      if (variant === 'insert') return undefined
      const text = select.get(key)
      return text === undefined ? undefined : JSON.parse(text)
    },
    put: (key, value) => void insert.run(key, JSON.stringify(value)),
    close: () => void db.close(),
  }
}

export function memoize(fn, dir, variant) {
  const store = openStore(dir, variant)
  return { call: memo(fn, store), close: store.close }
}

export function memoizeAsync(fn, dir, variant) {
  const store = openStore(dir, variant)
  return { call: memoOfPromises(fn, store), close: store.close }
}

export function openArrays(dir) {
  const db = openDatabase(dir)
  const insert = db.prepare('INSERT OR REPLACE INTO memo VALUES (?, ?)')
  return {
    store: (array) => void insert.run('array', Buffer.from(array.buffer)),
    load: () => {
      const bytes = db.prepare('SELECT value FROM memo WHERE key = ?').pluck().get('array')
      return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8)
    },
    close: () => void db.close(),
  }
}
