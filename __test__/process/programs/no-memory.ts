// A hit of an array for which there is no memory: no-memory <location>. In a runtime whose V8 is not asked, memory is V8's own;
// a constructor that throws stands for one that cannot have as much.
import { Memory } from '../../../index.ts'

const [location] = process.argv.slice(2) as [string]
const versions = { ...process.versions, deno: '2.0.0' }
globalThis.process = Object.create(process, { versions: { value: versions } }) as NodeJS.Process

const memory = new Memory({ location })
let runs = 0
const load = memory.cache(
  () => {
    runs++
    return new Uint8Array(1 << 20).fill(7)
  },
  { name: 'array', strategy: 'inputHash' },
)
load()
globalThis.ArrayBuffer = function noMemory() {
  throw new RangeError('Array buffer allocation failed')
} as unknown as ArrayBufferConstructor
const isRight = load()[0] === 7
process.stdout.write(JSON.stringify({ isRight, runs }))
