// The key of one large Float64Array, in GB/s.
import { createHash } from 'node:crypto'
import { time } from './clock.mjs'
import { report, task } from './contestant.mjs'
import { numbers } from './data.mjs'

const makers = {
  async engram() {
    const { memoize } = await import('../../engram.mjs')
    const { call } = memoize(function checked(values) {
      return values.length
    }, task.dir)
    return (array) => call.key(array)
  },
  async 'blake3, one thread'() {
    const { blake3 } = await import('../../peers/hashes.mjs')
    return (array) => blake3(new Uint8Array(array.buffer))
  },
  async sha256() {
    return (array) => createHash('sha256').update(array).digest('hex')
  },
  async ohash() {
    const { hash } = await import('../../peers/hashes.mjs')
    return (array) => hash(array)
  },
  async 'object-hash'() {
    const { objectHash } = await import('../../peers/hashes.mjs')
    return (array) => objectHash(array)
  },
  async 'reading memory, one core'() {
    const { read } = await import('../../peers/raw-memory.mjs')
    return (array) => read(array.buffer)
  },
}

const array = numbers(task.byteLength)
const key = await makers[task.contestant]()
const ms = await time(() => key(array), { times: 5, warmups: 1, limitMs: 2500 })
report({ figure: task.byteLength / ms / 1e6 })
