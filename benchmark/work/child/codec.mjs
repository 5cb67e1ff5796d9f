// A nested value encoded and decoded, in milliseconds.
import assert from 'node:assert/strict'
import { deserialize, serialize } from 'node:v8'
import { time } from './clock.mjs'
import { report, task } from './contestant.mjs'
import { nested } from './data.mjs'

const codecs = {
  async engram() {
    const [{ encodeValue }, { decodeValue }, { HeapSink }, { TypeRegistry }] = await Promise.all([
      import('../../../dist/src/value-encoder.js'),
      import('../../../dist/src/value-decoder.js'),
      import('../../../dist/src/byte-sink.js'),
      import('../../../dist/src/type-registry.js'),
    ])
    const sink = new HeapSink()
    const types = new TypeRegistry()
    return {
      encode: (value) => encodeValue(sink, 0, value, types, []),
      decode: (end) => decodeValue(sink.bytes, sink.view, 0, end, types, []),
    }
  },
  msgpackr: () => import('../../peers/msgpackr.mjs'),
  v8: async () => ({ encode: serialize, decode: deserialize }),
  JSON: async () => ({
    encode: (value) => Buffer.from(JSON.stringify(value)),
    decode: (bytes) => JSON.parse(bytes.toString()),
  }),
}

const value = nested()
const { encode, decode } = await codecs[task.contestant]()
const options = { times: 25, warmups: 5, limitMs: 1200 }
const encoded = encode(value)
assert.deepEqual(decode(encoded), value)
const encodeMs = await time(() => encode(value), options)
const decodeMs = await time(() => decode(encoded), options)
report({ encodeMs, decodeMs, bytes: typeof encoded === 'number' ? encoded : encoded.byteLength })
