// Uses a store until its input ends: hold <location> <mode>
import { Memory, type Mode } from '../../../index.ts'
import { numberedValue, valueOf } from './numbered-values.ts'

let runs = 0
const [location, mode] = process.argv.slice(2) as [string, Mode]
const memory = new Memory({ location, mode, onError: 'throw' })
const value = numberedValue(memory, (number) => {
  runs++
  return valueOf(number)
})
for (let number = 0; number < 10; number++) value(number)
process.stdout.write('ready\n')
process.stdin.resume().on('end', () => {
  for (let number = 0; number < 20; number++) value(number)
  process.stdout.write(`runs: ${runs}\n`)
})
