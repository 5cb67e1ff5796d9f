// Reduces a store to half of what it is told to hold, after it has said so: reduce <location> <entries>.
import { writeSync } from 'node:fs'
import { Memory } from '../../../index.ts'

const [location, entries] = process.argv.slice(2) as [string, string]
const memory = new Memory({ location, onError: 'throw' })
memory.stats()
writeSync(1, 'reducing\n')
memory.reduce({ maxEntries: Number(entries) / 2 })
writeSync(1, 'reduced\n')
