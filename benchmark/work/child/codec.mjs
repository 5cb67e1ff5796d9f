import { buildSync } from 'esbuild'
// A nested value encoded and decoded, in milliseconds.
import assert from 'node:assert/strict'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { deserialize, serialize } from 'node:v8'
import { time } from './clock.mjs'
import { report, task } from './contestant.mjs'
import { nested } from './data.mjs'

const codecs = {
  async engram() {
    const { HeapSink, TypeRegistry, decodeValue, encodeValue } = await codecOfEngram()
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

/** The package does not export its codec: bundled as the package is. */
async function codecOfEngram() {
  const modules = ['platform/byte-sink', 'value/type-registry', 'value/decoder', 'value/encoder']
  const contents = modules.map((name) => `export * from './src/${name}.ts'`).join('\n')
  const resolveDir = fileURLToPath(new URL('../../..', import.meta.url))
  const outfile = `${task.dir}/codec.mjs`
  buildSync({ stdin: { contents, resolveDir }, outfile, bundle: true, format: 'esm', platform: 'node' })
  return import(pathToFileURL(outfile).href)
}

const value = nested()
const { encode, decode } = await codecs[task.contestant]()
const options = { times: 25, warmups: 5, limitMs: 1200 }
const encoded = encode(value)
assert.deepEqual(decode(encoded), value)
const encodeMs = await time(() => encode(value), options)
const decodeMs = await time(() => decode(encoded), options)
report({ encodeMs, decodeMs, bytes: typeof encoded === 'number' ? encoded : encoded.byteLength })
