import fc from 'fast-check'
import type { CachedFunction, Memory } from '../../../index.ts'
import { Link, Point, samples } from '../../value/samples.ts'

/** A class whose stored form holds other values, of a registered class too. */
export class Track {
  readonly #points: readonly Point[]
  readonly takenAt: Date

  constructor(points: readonly Point[], takenAt: Date) {
    this.#points = points
    this.takenAt = takenAt
  }

  get points(): readonly Point[] {
    return this.#points
  }
}

/** The same values in every process, by name. */
export function storedValues(): Record<string, unknown> {
  return { ...samples(), ...instances(), ...typedArrays(), ...graphs(), ...errors(), ...odds(), ...generated() }
}

/** The function whose results the values are. */
export function valueByName(
  memory: Memory,
  produce: (name: string) => unknown,
): CachedFunction<(name: string) => unknown> {
  memory.register(Point, {
    name: 'Point',
    encode: ({ x, y }) => [x, y],
    decode: ([x, y]: [number, number]) => new Point(x, y),
  })
  memory.register(Link)
  memory.register(Track, {
    name: 'Track',
    encode: ({ points, takenAt }) => ({ points, takenAt }),
    decode: ({ points, takenAt }: { points: Point[]; takenAt: Date }) => new Track(points, takenAt),
  })
  return memory.cache(produce, { name: 'value', strategy: 'inputHash' })
}

function instances(): Record<string, unknown> {
  const point = new Point(-0, Number.NaN)
  return {
    'instance at the top': new Point(1, 2),
    'instance in an instance': new Track([new Point(0, 0), point, point], new Date(0)),
    'shared instance': [point, { point }, new Map([[point, point]])],
  }
}

function typedArrays(): Record<string, unknown> {
  const floats = [0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e-40, 1e300]
  const integers = [0, 1, 127, 128, 255, 256, 65_535, 2 ** 31, -1, -129]
  const kinds = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array]
  const arrays: Record<string, unknown> = {
    Float32Array: Float32Array.from(floats),
    Float64Array: Float64Array.from(floats),
    BigInt64Array: BigInt64Array.of(0n, -1n, 2n ** 62n),
    BigUint64Array: BigUint64Array.of(0n, 2n ** 64n - 1n),
    'empty typed array': new Float64Array(0),
    'empty ArrayBuffer': new ArrayBuffer(0),
  }
  for (const kind of kinds) arrays[kind.name] = kind.from(integers)
  // Not in every Node that engram runs on.
  const { Float16Array } = globalThis as { Float16Array?: { from(values: number[]): unknown } }
  if (Float16Array !== undefined) arrays['Float16Array'] = Float16Array.from(floats)
  return arrays
}

function graphs(): Record<string, unknown> {
  const map = new Map<unknown, unknown>()
  map.set(map, new Set([map]))
  const parent: Record<string, unknown> = { name: 'parent' }
  parent['children'] = [{ parent }, { parent }]
  const error = new Error('cyclic')
  error.stack = 'stack'
  error.cause = { error }
  let deep: unknown = 'bottom'
  for (let level = 0; level < 500; level++) deep = level % 2 === 0 ? [deep] : { deep }
  return { 'cyclic Map': map, 'cyclic tree': parent, 'cyclic error': error, deep }
}

function errors(): Record<string, unknown> {
  const kinds = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]
  const all = kinds.map((Kind) => {
    const error = new Kind(Kind.name, { cause: new Error('root', { cause: undefined }) })
    error.stack = `${Kind.name}: stack`
    ;(error.cause as Error).stack = 'stack of the root'
    return error
  })
  return { 'errors of every kind': all }
}

function odds(): Record<string, unknown> {
  return {
    'object with undefined': { a: undefined, b: null },
    'order of keys': { z: 1, a: 2, 10: 3, 2: 4 },
    'Map in order': new Map<unknown, unknown>([
      ['z', 1],
      ['a', 2],
      [Number.NaN, 3],
      [-0, 4],
      [undefined, 5],
    ]),
    'Date at the end of time': new Date(8.64e15),
    'date before the epoch': new Date(-1),
    'RegExp with every flag': /(?<name>\/)[\n]/dgimsuy,
    'boxed values': [Object(true), Object(-0), Object(1n), Object('\ud800')],
    'holes at both ends': Object.assign(new Array(3), { 1: 1 }),
    'negative zeros': [-0, -0, 0],
    'sparse with undefined': Object.assign(new Array(3), { 1: undefined }),
    'URL with everything': new URL('https://user:pass@example.com:8080/a%20b?q=1#top'),
    'text of a megabyte': '\u0436'.repeat(500_000),
    'object of text keys': Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`key ${i}`, `value ${i}`])),
  }
}

/** A fixed seed makes the same values in every process. */
function generated(): Record<string, unknown> {
  const anything = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
    maxDepth: 4,
  })
  const values = fc.sample(anything, { seed: 20_261_121, numRuns: 300 })
  return Object.fromEntries(values.map((value, number) => [`generated ${number}`, value]))
}
