// Hits in a loop that holds nothing: loop-of-hits <location> <array | text> <bytes> <hits> <sync | awaited> [copied]. Arrays
// are written to. With `copied` the runtime seems to be one whose V8 is not asked to take mappings over.
import { readFileSync } from 'node:fs'
import { Memory } from '../../../index.ts'

const [location, kind, bytes, hits, pace, way] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string?,
]
const byteLength = Number(bytes)
if (way === 'copied') {
  const versions = { ...process.versions, deno: '2.0.0' }
  globalThis.process = Object.create(process, { versions: { value: versions } }) as NodeJS.Process
}

const memory = new Memory({ location, onError: 'throw' })
const make = {
  array: (length: number) => new Uint8Array(length).fill(7),
  text: (length: number) => 'é'.repeat(length / 2),
}[kind] as (length: number) => Uint8Array | string
const load = memory.cache(make, { name: kind, strategy: 'inputHash' })
load(byteLength)

let [mappings, anonymousMb, isRight] = [0, 0, true]
for (let i = 0; i < Number(hits); i++) {
  // oxlint-disable-next-line no-await-in-loop -- a loop that waits is what is asked for
  const value = pace === 'awaited' ? await load(byteLength) : load(byteLength)
  if (typeof value === 'string') {
    isRight &&= value.length === byteLength / 2 && value.endsWith('é')
  } else {
    isRight &&= value.length === byteLength && value[0] === 7 && value.at(-1) === 7
    value.fill(1)
  }
  if (i % 64 === 63) look()
}
look()
await memory.close()
process.stdout.write(JSON.stringify({ isRight, mappings, anonymousMb }))

function look(): void {
  mappings = Math.max(mappings, readFileSync('/proc/self/maps', 'latin1').split('\n').length)
  const [, kilobytes] = /RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))!
  anonymousMb = Math.max(anonymousMb, Number(kilobytes) / 1024)
}
