import test, { type ExecutionContext } from 'ava'
import { statSync } from 'node:fs'
import type { Compression, EntryInfo, Memory } from '../../index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { blobsIn } from '../kit/files.ts'
import { openMemory } from '../kit/temporary-store.ts'

const TEXT = 'the same words again and again. '.repeat(2000)

/** A value with structure bytes and a large buffer, all of which can be compressed. */
function make(n: number): { text: string; large: Float64Array } {
  return { text: TEXT + String(n), large: new Float64Array(100_000).fill(n) }
}

function stored(t: ExecutionContext, compression: Compression | undefined, memory = openMemory(t, { compression })) {
  const load = memory.cache(make, { version: '1', name: 'load' })
  load(1)
  t.deepEqual(load(1), make(1))
  return { memory, load, info: infoOf(memory), onDisk: sizeOf(memory) }
}

function infoOf(memory: Memory): EntryInfo {
  return [...memory.entries()].at(-1)!
}

function sizeOf(memory: Memory): number {
  return blobsIn(memory.location!).reduce((sum, path) => sum + statSync(path).size, 0)
}

test('structure bytes are compressed as lz4 unless another way is named, and large buffers only on request', (t) => {
  const plain = stored(t, 'none')
  const lz4 = stored(t, undefined)
  const zstd = stored(t, 'zstd')
  const packed = stored(t, { blobs: 'zstd' })
  t.deepEqual(
    [plain, lz4, zstd, packed].map(({ info }) => [info.compression.inline, info.compression.blobs]),
    [
      ['none', 'none'],
      ['lz4', 'none'],
      ['zstd', 'none'],
      ['lz4', 'zstd'],
    ],
  )
  const [most, more, less, least] = [plain, lz4, zstd, packed].map(({ info }) => info.storedLength)
  t.true(most! > more! && more! > less! && less! > 800_000 && least! < 10_000)
  t.true(plain.onDisk >= 800_000 && packed.onDisk < 10_000)
  for (const { info } of [lz4, zstd, packed]) {
    t.is(info.byteLength, plain.info.byteLength)
    t.is(info.outputDigest, plain.info.outputDigest)
  }
})

test('what does not shrink is stored as it is', (t) => {
  const memory = openMemory(t, { compression: { inline: 'zstd', blobs: 'zstd' } })
  const noise = memory.cache(() => Float64Array.from({ length: 20_000 }, Math.random), { version: '1', name: 'noise' })
  const first = noise()
  t.deepEqual(noise(), first)
  t.deepEqual(infoOf(memory).compression, { inline: 'none', blobs: 'none' })
})

test('each memory reads what others have compressed otherwise, one entry of it or many', async (t) => {
  const first = stored(t, { inline: 'zstd', blobs: 'zstd' })
  const { location } = first.memory
  for (const compression of ['none', 'lz4', { blobs: 'zstd' }] as const) {
    const memory = openMemory(t, { location, compression })
    const load = memory.cache(make, { version: '1', name: 'load' })
    t.deepEqual(load(1), make(1))
    t.like(load.stats(), { misses: 0 })
    const looked = load.lookupMany([[1]])[0]!
    t.deepEqual(looked.status === 'hit' ? looked.info : looked, infoOf(memory))
  }
  t.deepEqual((await first.memory.verify()).corrupt, [])
})

test('a payload and a copy for who joined have their buffers unpacked', async (t) => {
  const memory = openMemory(t, { compression: { blobs: 'zstd' } })
  t.deepEqual(memory.payload(make(2)).value, make(2))
  const later = memory.cache(async (n: number) => make(n), { version: '1', name: 'later' })
  const [one, other] = await Promise.all([later(3), later(3)])
  t.deepEqual(one, other)
  t.not(one.large, other.large)
})

test('compression is one of the ways there are', (t) => {
  for (const compression of ['gzip', 3, null, [], { inline: 'gzip' }, { blobs: 'lz4' }, { blobs: true }, { level: 3 }])
    throwsCode(t, 'ERR_INVALID_OPTION', () => openMemory(t, { compression: compression as never }))
})
