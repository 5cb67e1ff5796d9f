// Uses one store through two copies of the library: copies.ts <location> <path of the other copy's entry>
import { pathToFileURL } from 'node:url'
import { Memory } from '../../../index.ts'
import { numberedValue } from './numbered-values.ts'

const [location, path] = process.argv.slice(2) as [string, string]
const other = (await import(pathToFileURL(path).href)) as { Memory: typeof Memory }
if (other.Memory === Memory) throw new Error('this is the same copy')

function lost(): never {
  throw new Error('the entry is not shared')
}

const memory = new Memory({ location, onError: 'throw' })
const copy = new other.Memory({ location, onError: 'throw' })
numberedValue(memory)(1)
numberedValue(copy, lost)(1)
// Small ones, blobs, and what the first one keeps hot.
for (const number of [2, 3, 6]) {
  numberedValue(copy)(number)
  numberedValue(memory, lost)(number)
}
process.stdout.write(`${memory.stats().role} ${copy.stats().role}\n`)
numberedValue(copy).forget(2)
if (numberedValue(memory).has(2)) throw new Error('the entry is still there')
process.stdout.write('shared\n')
await memory.close()
for (const number of [1, 3, 6]) numberedValue(copy, lost)(number)
numberedValue(copy)(2)
process.stdout.write(`${copy.stats().role}\n`)
await copy.close()
