import test from 'ava'
import { ToldParts } from '../../src/entry/told-parts.ts'
import type { CodePart } from '../../src/fingerprint/parts.ts'
import type { NativeEntries } from '../../src/native/binding.ts'
import { plainKeyContext } from '../kit/key-context.ts'

/** Parts, and what the core hears of them. */
function told(parts: () => CodePart[], keepsValues = true): { parts: ToldParts; heard: [string, boolean][] } {
  const heard: [string, boolean][] = []
  const native: Partial<NativeEntries> = {
    describe: (described) =>
      void heard.push(...described.map(({ name, isShown }) => [name, isShown] as [string, boolean])),
  }
  return {
    parts: new ToldParts(native as NativeEntries, { keepsValues, code: { parts, keys: plainKeyContext() } }),
    heard,
  }
}

const part = (name: string, value: unknown): CodePart => ({ kind: 'capture', name, value, isShown: true })

test('the core hears once what a function is made of', (t) => {
  const { parts, heard } = told(() => [part('rate', 2)])
  parts.tell()
  parts.tell()
  t.deepEqual(heard, [['rate', true]])
})

test('no value is shown where values are not kept', (t) => {
  const { parts, heard } = told(() => [part('rate', 2)], false)
  parts.tell()
  t.deepEqual(heard, [['rate', false]])
})

test('a part whose value cannot be read any more is left out', (t) => {
  const broken = Object.defineProperty({}, 'gone', {
    enumerable: true,
    get() {
      throw new Error('gone')
    },
  })
  const { parts, heard } = told(() => [part('broken', broken), part('rate', 2)])
  parts.tell()
  t.deepEqual(heard, [['rate', true]])
})

// Parts are told after a recall that took the lease. Where reading them threw, the call ran uncached and its lease stayed
// with it for ever.
test('parts that cannot be read do not end the call', (t) => {
  const { parts, heard } = told(() => {
    throw new Error('gone')
  })
  t.notThrows(() => parts.tell())
  t.deepEqual(heard, [])
})
