import { open } from 'lmdb'
// The pipeline that a person writes by hand over lmdb: a step's key is the SHA-256 of its function's text and of its
// inputs as JSON.
import { createHash } from 'node:crypto'

export function openChain(fn, dir) {
  const db = open({ path: `${dir}/chain.mdb`, noSync: true, noMemInit: true })
  const text = fn.toString()
  const step = async (input) => {
    const key = createHash('sha256')
      .update(JSON.stringify([text, input]))
      .digest('hex')
    const found = db.get(key)
    if (found !== undefined) return found
    const value = await fn(input)
    db.putSync(key, value)
    return value
  }
  const run = async (count) => {
    let value = 0
    for (let n = 0; n < count; n++) value = await step(value)
    return value
  }
  const map = async (items) => {
    const values = []
    for (const item of items) values.push(await step(item))
    return values
  }
  return { run, map, close: () => db.close() }
}
