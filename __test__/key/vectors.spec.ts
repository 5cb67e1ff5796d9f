import test from 'ava'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import vm from 'node:vm'
import { type AnyFunction, type CacheOptions, type EntryInfo, Memory } from '../../index.ts'
import { digestOfText, digestView } from '../../src/native/binding.ts'
import { HeapSink } from '../../src/platform/byte-sink.ts'
import { Point } from './key-of.ts'

// What crate/core/tests/interface/vectors.rs checks too. These keys are in stores of users: what fails here has lost their entries.

interface CallVector {
  about: string
  name: string
  version: string | null
  project: string | null
  domain: string | null
  strategy: EntryInfo['strategy']
  /** Source of the function; null where its code is not in the key. */
  text: string | null
  /** Fingerprint of the code; without a text, of code that is not hashed by its text alone. */
  code: string | null
  /** Source of the argument list. */
  js: string
  /** Its canonical form. */
  arguments: string
  key: string
}

interface KeyVector {
  name: string
  js: string
  views: string[]
  hex: string
  digest: string
}

function vectorsOf<T>(name: string): T[] {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')) as T[]
}

const calls = vectorsOf<CallVector>('calls')
const location = join(mkdtempSync(join(tmpdir(), 'engram-vectors-')), 'store')
const memory = new Memory({ location, onError: 'throw' })

test.after.always(async () => {
  await memory.close()
  rmSync(join(location, '..'), { recursive: true, force: true })
})

/** Made of text, as a loader may have changed the text of what stands in this file. */
function functionOf(vector: CallVector): AnyFunction {
  return vm.runInThisContext(`(${vector.text ?? 'function square(n) { return n * n }'})`) as AnyFunction
}

function argumentsOf(js: string): unknown[] {
  return vm.compileFunction(`return ${js}`, ['Point'])(Point) as unknown[]
}

function optionsOf({ name, version, project, domain, strategy }: CallVector): CacheOptions {
  return {
    name,
    ...(version !== null && { version }),
    ...(project !== null && { project }),
    ...(domain !== null && { domain }),
    strategy: strategy === 'custom' ? ({ args }) => String(args[0]) : strategy,
  }
}

for (const vector of calls.filter(({ text, code }) => (text === null) === (code === null))) {
  test(`the key of a call with ${vector.about} stays as it is`, (t) => {
    const fn = memory.cache(functionOf(vector), optionsOf(vector))
    t.is(fn.key(...argumentsOf(vector.js)), vector.key)
  })
}

test('an entry has the key, the fingerprint and the inputs of its vector', (t) => {
  for (const vector of calls.filter(({ text }) => text !== null)) {
    const fn = memory.cache(functionOf(vector), optionsOf(vector))
    const args = argumentsOf(vector.js)
    fn(...args)
    const found = fn.lookup(...args)
    t.is(found.status, 'hit')
    if (found.status !== 'hit') continue
    t.is(found.info.key, vector.key)
    t.is(found.info.codeDigest, vector.code ?? undefined)
    t.is(found.info.inputsDigest, digestOfHex(vector.arguments))
  }
})

test('the fingerprint of a code is the digest of its text', (t) => {
  for (const { text, code } of calls) if (text !== null) t.is(code, digestOfText(text))
})

test('the digest of a canonical form is that of its vector', (t) => {
  for (const { name, hex, digest } of vectorsOf<KeyVector>('keys')) t.is(digestOfHex(hex), digest, name)
})

function digestOfHex(hex: string): string {
  const sink = new HeapSink(32)
  digestView(Buffer.from(hex, 'hex'), sink, 0)
  return sink.bytes.toString('hex', 0, 32)
}
