import test from 'ava'
import { readFileSync } from 'node:fs'
import { TypeRegistry } from '../../src/value/type-registry.ts'
import * as wire from '../../src/value/wire.ts'
import { decode, difference, encode } from './round-trip.ts'
import { registerPoint, samples } from './samples.ts'

interface Vector {
  name: string
  bytes: string
  buffers: number[]
  text: string
}

const file = JSON.parse(readFileSync(new URL('../vectors/values.json', import.meta.url), 'utf8')) as {
  tags: Record<string, number>
  vectors: Vector[]
}
const types = new TypeRegistry()
registerPoint(types)

test('the tags are those of the core', (t) => {
  for (const [name, tag] of Object.entries(file.tags))
    t.is((wire as unknown as Record<string, unknown>)[name], tag, name)
})

test('every sample has a vector', (t) => {
  t.deepEqual(
    file.vectors.map((vector) => vector.name),
    Object.keys(samples()),
  )
})

for (const vector of file.vectors) {
  test(`vector: ${vector.name}`, (t) => {
    const value = samples()[vector.name]
    const { bytes, buffers } = encode(value, types)
    t.is(bytes.toString('hex'), vector.bytes)
    t.deepEqual(
      buffers.map((buffer) => buffer.byteLength),
      vector.buffers,
    )
    t.is(difference(decode({ bytes: Buffer.from(vector.bytes, 'hex'), buffers }, types), value), undefined)
  })
}
