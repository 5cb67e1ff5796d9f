// Opens one store through two copies of the library: two-copies.ts <location> <URL of the other copy's entry>
import { type EngramError, Memory } from '../../index.ts'
import { numberedValue, valueOf } from './numbered-values.ts'

const [location, url] = process.argv.slice(2) as [string, string]
const other = (await import(url)) as { Memory: typeof Memory; EngramError: typeof EngramError }
if (other.Memory === Memory) throw new Error('this is the same copy')

const memory = new Memory({ location, onError: 'throw' })
numberedValue(memory)(1)
const copy = new other.Memory({ location, onError: 'throw' })
try {
  numberedValue(copy)(1)
} catch (error) {
  if (!(error instanceof other.EngramError)) throw error
  process.stdout.write(`refused: ${error.code}\n`)
}
await copy.close()
await memory.close()
numberedValue(new other.Memory({ location, onError: 'throw' }), () => {
  throw new Error('the entry is lost')
})(1)
process.stdout.write(valueOf(1) === undefined ? '' : 'then used\n')
