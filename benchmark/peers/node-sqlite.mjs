// Node's own SQLite (Node 22 and later), tuned as better-sqlite3 is.
import { DatabaseSync } from 'node:sqlite'
import { memo } from './memo.mjs'

export function memoize(fn, dir) {
  const db = new DatabaseSync(`${dir}/memo.sqlite`)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF')
  db.exec('PRAGMA mmap_size = 1073741824; PRAGMA cache_size = -65536')
  db.exec('CREATE TABLE IF NOT EXISTS memo (key TEXT PRIMARY KEY, value) WITHOUT ROWID')
  const select = db.prepare('SELECT value FROM memo WHERE key = ?')
  const insert = db.prepare('INSERT OR REPLACE INTO memo VALUES (?, ?)')
  const store = {
    get: (key) => {
      const row = select.get(key)
      return row === undefined ? undefined : JSON.parse(row.value)
    },
    put: (key, value) => void insert.run(key, JSON.stringify(value)),
  }
  return { call: memo(fn, store), close: () => db.close() }
}
