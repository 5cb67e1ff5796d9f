import { arrow as arrowCodec, danfojs } from '../../../src/codecs/index.ts'
import { packages } from '../packages.ts'
import type { Subject } from './subject.ts'

const { arrow, danfo } = packages
const { DataFrame, Series } = danfo

const table = (n: (number | null)[] = [1, null, 3], s = ['x', 'y', 'x']): any =>
  arrow.tableFromArrays({ a: Int32Array.of(1, 2, 3), s, n })

/** Nanoseconds that no number can hold, the second one missing: whatever lies in its place. */
function instants(first: bigint, inPlaceOfMissing: bigint): any {
  const data = arrow.makeData({
    type: new arrow.TimestampNanosecond(),
    length: 2,
    nullCount: 1,
    nullBitmap: Uint8Array.of(0b01),
    data: BigInt64Array.of(first, inPlaceOfMissing),
  })
  return new arrow.Table({ at: new arrow.Vector([data]) })
}

const NOW = 1_720_000_000_123_456_789n

const frame = (
  rows: unknown[][] = [
    [1, 'a'],
    [2, 'b'],
  ],
  options: object = {},
): any => new DataFrame(rows, { columns: ['n', 's'], ...options })

export const tables: Record<string, Subject> = {
  arrow: {
    register: (memory) => memory.register(arrow, arrowCodec),
    values: {
      table: () => table(),
      'without a missing value': () => table([1, 0, 3]),
      'with another text': () => table(undefined, ['x', 'y', 'y']),
      part: () => table().slice(1),
      'another name': () => arrow.tableFromArrays({ b: Int32Array.of(1, 2, 3) }),
      'another type': () => arrow.tableFromArrays({ b: Float64Array.of(1, 2, 3) }),
      nanoseconds: () => instants(NOW, 0n),
      'one nanosecond later': () => instants(NOW + 1n, 0n),
      nested: () =>
        arrow.tableFromJSON([
          { a: { b: [1, 2] }, c: true },
          { a: { b: [3] }, c: false },
        ]),
      'otherwise nested': () =>
        arrow.tableFromJSON([
          { a: { b: [1, 2] }, c: true },
          { a: { b: [4] }, c: false },
        ]),
      empty: () => new arrow.Table(),
      'no rows': () => table().slice(3),
      vector: () => arrow.vectorFromArray([1.5, null, 2.5]),
      texts: () => arrow.vectorFromArray(['a', 'b', 'a']),
      'other texts': () => arrow.vectorFromArray(['a', 'b', 'b']),
    },
    equal: {
      table: () => table([0, 1, null, 3].slice(1)),
      texts: () => arrow.vectorFromArray(['a']).concat(arrow.vectorFromArray(['b', 'a'])),
      nanoseconds: () => instants(NOW, 7n),
      vector: () => arrow.vectorFromArray([1.5, null]).concat(arrow.vectorFromArray([2.5])),
    },
    shown: (value) => [
      String(value),
      value.length,
      value.numRows,
      value.schema && String(value.schema),
      value.nullCount,
    ],
  },
  danfojs: {
    register: (memory) => memory.register({ DataFrame, Series }, danfojs),
    values: {
      frame: () => frame(),
      'other values': () =>
        frame([
          [1, 'a'],
          [3, 'b'],
        ]),
      'other labels': () => frame(undefined, { index: ['first', 'second'] }),
      'other types': () => frame(undefined, { dtypes: ['float32', 'string'] }),
      'no rows': () => frame([]),
      'of little memory': () => frame(undefined, { config: { lowMemoryMode: true } }),
      series: () => new Series([1, 2.5, 3], { columns: ['v'] }),
      'series of texts': () => new Series(['a', 'b']),
      column: () => frame()['s'],
    },
    equal: { frame: () => new DataFrame({ n: [1, 2], s: ['a', 'b'] }) },
    shown: (value) => [value.values, value.index, value.columns, value.dtypes, { ...value.config }, value['n']?.values],
  },
}
