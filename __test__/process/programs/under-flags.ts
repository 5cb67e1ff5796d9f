// Calls a cached function twice and prints how often it ran: under-flags <location>
import { Memory } from '../../../index.ts'

const memory = new Memory({ location: process.argv[2]!, onError: 'throw' })
let runs = 0
const describe = memory.cache(
  (what: unknown) => {
    runs++
    return { what, error: new TypeError('no'), toString: 1, constructor: [new Map([[1, new Date(0)]])] }
  },
  { name: 'describe', captures: 'none' },
)
for (let call = 0; call < 2; call++) describe({ a: [1], valueOf: 2 })
process.stdout.write(String(runs))
await memory.close()
