import { Memory } from '../../../dist/index.js'
// A process that uses a store and then does nothing until its input ends: the owner, or one more idle client.
import { record } from './data.mjs'

const memory = new Memory({ location: process.argv[2], onError: 'throw' })
memory.cache(record, { name: record.name })(Number(process.argv[3]))
process.stdout.write(`${memory.stats().role}\n`)
// A memory that nobody can reach any more closes its store.
process.stdin.resume().on('end', () => memory.close().then(() => process.exit()))
