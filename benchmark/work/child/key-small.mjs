// The key of small arguments.
import { createHash } from 'node:crypto'
import { rate } from './clock.mjs'
import { report, task } from './contestant.mjs'
import { quote, quoteArguments } from './data.mjs'

const calls = quoteArguments(1000)
const makers = {
  async engram() {
    const { memoize } = await import('../../engram.mjs')
    const { call } = memoize(quote, task.dir)
    return (args) => call.key(args[0], args[1])
  },
  async ohash() {
    const { hash } = await import('../../peers/hashes.mjs')
    return (args) => hash(args)
  },
  async 'object-hash'() {
    const { objectHash } = await import('../../peers/hashes.mjs')
    return (args) => objectHash(args)
  },
  async 'JSON + sha256'() {
    return (args) => createHash('sha256').update(JSON.stringify(args)).digest('hex')
  },
}

const key = await makers[task.contestant]()
let length = 0
const figure = await rate((from, count) => {
  for (let i = from; i < from + count; i++) length += key(calls[i % 1000]).length
})
report({ figure, length })
