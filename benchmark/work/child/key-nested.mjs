// The key of a nested object, 1.6 MB as JSON, in milliseconds.
import { createHash } from 'node:crypto'
import { serialize } from 'node:v8'
import { time } from './clock.mjs'
import { report, task } from './contestant.mjs'
import { nested } from './data.mjs'

const makers = {
  async engram() {
    const { memoize } = await import('../../engram.mjs')
    const { call } = memoize(function checked(records) {
      return records.length
    }, task.dir)
    return (value) => call.key(value)
  },
  async 'v8.serialize + xxh3'() {
    const { xxh3 } = await import('../../peers/hashes.mjs')
    return (value) => xxh3(serialize(value))
  },
  async 'v8.serialize + sha256'() {
    return (value) => createHash('sha256').update(serialize(value)).digest('hex')
  },
  async ohash() {
    const { hash } = await import('../../peers/hashes.mjs')
    return (value) => hash(value)
  },
  async 'object-hash'() {
    const { objectHash } = await import('../../peers/hashes.mjs')
    return (value) => objectHash(value)
  },
}

const value = nested()
const key = await makers[task.contestant]()
report({ figure: await time(() => key(value), { times: 25, warmups: 5, limitMs: 1500 }) })
