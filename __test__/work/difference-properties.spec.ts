import test from 'ava'
import fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import { type Difference, copyOf, differences, sameValue } from '../../src/work/difference.ts'
import { value as anyValue, copied, withOneChange } from '../key/values.ts'
import { changes, makeChange, plainData } from '../kit/plain-data.ts'

const SEGMENT = /\.(get|has)\(("(?:[^"\\]|\\.)*"|[^)]*)\)|\.([\p{ID_Continue}$]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/gu

/** Makes the changes that `differences` told. */
function apply(state: Record<string, unknown>, told: Readonly<Record<string, Difference>>): void {
  for (const [path, { to }] of Object.entries(told)) {
    const segments = [...path.matchAll(SEGMENT)]
    const last = segments.pop()!
    let container: any = state
    for (const [, method, key, name, index, odd] of segments) {
      container = method === 'get' ? container.get(literal(key!)) : container[name ?? index ?? JSON.parse(odd!)]
    }
    applyOne(container, last, to)
  }
}

function applyOne(container: any, [, method, key, name, index, odd]: RegExpMatchArray, to: unknown): void {
  if (method !== undefined && to === undefined) container.delete(literal(key!))
  else if (method === 'get') container.set(literal(key!), to)
  else if (method === 'has') container.add(to)
  else if (index !== undefined && to === undefined) container.length = Math.min(container.length, Number(index))
  else if (to === undefined) delete container[name ?? JSON.parse(odd!)]
  else container[name ?? index ?? JSON.parse(odd!)] = to
}

function literal(text: string): unknown {
  if (text.startsWith('"')) return JSON.parse(text)
  if (text.endsWith('n') && text !== 'NaN') return BigInt(text.slice(0, -1))
  return text === 'null' ? null : text === 'true' ? true : Number(text)
}

test('what differs, made to the old value, gives the new one', (t) => {
  let told = 0
  const steps = fc.array(changes(false), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(fc.array(plainData(false), { maxLength: 4 }), steps, (data, made) => {
      const now = { data: structuredClone(data) }
      const before = copyOf(now)
      for (const change of made) makeChange(now, change, false)
      const into = {}
      differences('state', before, now, into)
      if (isDeepStrictEqual(into, {}) !== sameValue(before, now)) return false
      told += Object.keys(into).length
      const state = { state: before }
      apply(state, prefixed(into))
      return sameValue(state.state, now)
    }),
    { numRuns: 3000 },
  )
  t.true(told > 3000)
})

/** As members of an object that holds the state. */
function prefixed(told: Readonly<Record<string, Difference>>): Record<string, Difference> {
  return Object.fromEntries(Object.entries(told).map(([path, difference]) => [`.${path}`, difference]))
}

test('values are equal where node:util says so', (t) => {
  let different = 0
  fc.assert(
    fc.property(anyValue, anyValue, fc.nat(), (one, replacement, place) => {
      const other = withOneChange(one, place, replacement)
      const isSame = isDeepStrictEqual(one, other)
      if (!isSame) different++
      return sameValue(one, copied(one)) && sameValue(one, other) === isSame && sameValue(other, one) === isSame
    }),
    { numRuns: 3000 },
  )
  t.true(different > 1000)
})

test('a copy equals its value, and no change of the value touches it', (t) => {
  fc.assert(
    fc.property(fc.array(plainData(), { maxLength: 4 }), fc.array(changes(), { maxLength: 6 }), (data, made) => {
      const value = { data }
      const [copy, expected] = [copyOf(value), structuredClone(value)]
      for (const change of made) makeChange(value, change)
      return isDeepStrictEqual(structuredClone(copy), expected)
    }),
    { numRuns: 1000 },
  )
  t.pass()
})
