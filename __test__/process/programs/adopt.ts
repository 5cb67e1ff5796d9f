// Another process than that which stored, with the function edited: `adopt.ts <directory>`. Says what it adopted, what
// calls then gave, and how often the function ran.
import { Memory } from '../../../index.ts'

const memory = new Memory(process.argv[2]!)
let runs = 0
const double = memory.cache(
  (rows: number[]) => {
    runs++
    return rows.map((n) => n + n)
  },
  { name: 'double' },
)
const [before, adopted] = [double.has([1]), double.adopt()]
const results = [double([1]), double(Array.from({ length: 100 }, () => 2)).length]
process.stdout.write(JSON.stringify({ role: memory.stats().role, before, adopted, results, runs }))
await memory.close()
