import { big, bignumber, decimal, mathjs, mlMatrix, ndarray, tfjs } from '../../../src/codecs/index.ts'
import { packages } from '../packages.ts'
import type { Subject } from './subject.ts'

const { Big, BigNumber, Decimal, math, mathPackage, mlMatrix: ml, ndarray: nd, tf } = packages

/** Of the three libraries of exact numbers. */
function exact(make: (text: string) => unknown): Omit<Subject, 'register'> {
  const texts = ['0', '-0', '1', '-1.5', '1e+1000', '-1e-1000', '0.1', '123456789012345678901234567890.123456789']
  return {
    values: Object.fromEntries(texts.map((text) => [text, () => make(text)])),
    equal: { '1': () => make('1.00'), '1e+1000': () => make('10e999'), '-1.5': () => make('-1.5000') },
    shown: (value) => [value.toExponential(), value.s, value.c ?? value.d, value.plus(1).toFixed()],
  }
}

const odd = (make: (text: string) => unknown): Record<string, () => unknown> => ({
  NaN: () => make('NaN'),
  Infinity: () => make('Infinity'),
  '-Infinity': () => make('-Infinity'),
})

const decimals = exact((text) => new Decimal(text))
const bigNumbers = exact((text) => new BigNumber(text))

function mathValues(lib: any): Record<string, () => unknown> {
  return {
    matrix: () =>
      lib.matrix([
        [1, 2],
        [3, 4],
      ]),
    'other matrix': () =>
      lib.matrix([
        [1, 2],
        [3, 5],
      ]),
    'matrix of big numbers': () => lib.matrix([lib.bignumber('0.1'), lib.fraction(1, 3), lib.complex(1, -2)]),
    sparse: () =>
      lib.sparse([
        [1, 0],
        [0, 2],
      ]),
    bignumber: () => lib.bignumber('1e500'),
    complex: () => lib.complex(1, 2),
    fraction: () => lib.fraction(-1, 3),
    unit: () => lib.unit('5 cm'),
    'unit in inches': () => lib.unit('5 cm').to('inch'),
    'unit that rounds': () => lib.unit(0.1, 'mile').to('ft'),
    'unit of a big number': () => lib.unit(lib.bignumber('0.1'), 'mile'),
    'result set': () => lib.evaluate('1 + 1\n 2 + 3i'),
    range: () => new lib.Range(0, 10, 2),
    expression: () => lib.parse('x^2 + sin(y)'),
  }
}

const shownOfMath = (value: any): unknown => [String(value), value.toJSON(), value.value]

function matrixOf(type: any, rows: number[][]): () => unknown {
  return () => new type(rows)
}

const symmetric = [
  [0, 1, 2],
  [1, 0, 3],
  [2, 3, 0],
]

const grid = (): any =>
  nd(
    Float64Array.from({ length: 24 }, (_, index) => index),
    [4, 6],
  )

export const numbers: Record<string, Subject> = {
  decimal: {
    register: (memory) => memory.register(Decimal, decimal),
    ...decimals,
    values: { ...decimals.values, ...odd((text) => new Decimal(text)) },
  },
  bignumber: {
    register: (memory) => memory.register(BigNumber, bignumber),
    ...bigNumbers,
    values: { ...bigNumbers.values, ...odd((text) => new BigNumber(text)) },
  },
  big: { register: (memory) => memory.register(Big, big), ...exact((text) => new Big(text)) },
  mathjs: {
    register: (memory) => memory.register(math, mathjs),
    values: mathValues(math),
    equal: {
      fraction: () => math.fraction(-2, 6),
      complex: () => math.complex('1 + 2i'),
      matrix: () =>
        math.add(
          math.matrix([
            [1, 1],
            [1, 1],
          ]),
          math.matrix([
            [0, 1],
            [2, 3],
          ]),
        ),
    },
    shown: shownOfMath,
  },
  'mathjs without an instance': {
    register: (memory) => memory.register(mathPackage, mathjs),
    values: mathValues(mathPackage),
    shown: shownOfMath,
  },
  mlMatrix: {
    register: (memory) => memory.register(ml, mlMatrix),
    values: {
      matrix: matrixOf(ml.Matrix, symmetric),
      'other shape': matrixOf(
        ml.Matrix,
        symmetric.map((row) => row.slice(1)),
      ),
      'with NaN and -0': matrixOf(ml.Matrix, [[Number.NaN, -0]]),
      empty: () => new ml.Matrix(0, 3),
      symmetric: matrixOf(ml.SymmetricMatrix, symmetric),
      distance: matrixOf(ml.DistanceMatrix, symmetric),
    },
    equal: { matrix: () => new ml.Matrix(symmetric).transpose().transpose() },
    shown: (value) => [value.rows, value.columns, value.to2DArray()],
  },
  ndarray: {
    register: (memory) => memory.register(nd, ndarray),
    values: {
      float64: grid,
      transposed: () => grid().transpose(1, 0),
      part: () => grid().lo(1, 2).hi(2, 3),
      reversed: () => grid().step(-1, 2),
      row: () => grid().pick(1, null),
      'no dimension': () => grid().pick(1, 2),
      'another type': () =>
        nd(
          Float32Array.from({ length: 24 }, (_, index) => index),
          [4, 6],
        ),
      'a list': () => nd([1, 'two', [3]], [3]),
      bytes: () => nd(Buffer.from('abcd'), [2, 2]),
      'every second byte': () => nd(Buffer.from('abcd'), [4]).step(2),
      bigints: () => nd(BigInt64Array.of(1n, 2n, 3n)).step(2),
      'no elements': () => nd(new Float64Array(0), [0, 3]),
      nothing: () => nd(),
      repeated: () => nd(Float64Array.of(7), [3, 2], [0, 0]),
    },
    equal: {
      row: () => nd(Float64Array.of(6, 7, 8, 9, 10, 11)),
      transposed: () =>
        nd(
          Float64Array.from({ length: 24 }, (_, index) => (index % 4) * 6 + Math.floor(index / 4)),
          [6, 4],
        ),
    },
    shown: (value) => [value.dtype, value.dimension, value.shape, elementsOf(value)],
  },
  tfjs: {
    register: (memory) => memory.register(tf, tfjs),
    values: {
      float32: () =>
        tf.tensor2d([
          [1, 2],
          [3, 4.5],
        ]),
      'another shape': () => tf.tensor1d([1, 2, 3, 4.5]),
      scalar: () => tf.scalar(1),
      int32: () => tf.tensor([1, 2], [2], 'int32'),
      bool: () => tf.tensor([true, false]),
      strings: () => tf.tensor(['a', 'ö', '']),
      'bytes that are no text': () => tf.tensor([Uint8Array.of(0xff, 0)], [1], 'string'),
      'other bytes that are no text': () => tf.tensor([Uint8Array.of(0xfe, 0)], [1], 'string'),
      complex: () => tf.complex([1, 2], [3, 4]),
      empty: () => tf.zeros([0, 3]),
      variable: () => tf.variable(tf.tensor([1, 2])),
      'fixed variable': () => tf.variable(tf.tensor([1, 2]), false),
    },
    equal: {
      float32: () => tf.tensor1d([1, 2, 3, 4.5]).as2D?.(2, 2) ?? tf.reshape(tf.tensor1d([1, 2, 3, 4.5]), [2, 2]),
    },
    shown: (value) => [value.dtype, value.shape, value.trainable, tf.engine().readSync(value.dataId)],
  },
}

/** Of one, two or no dimensions. */
function elementsOf(array: any): unknown {
  const [rows, columns] = array.shape as number[]
  if (array.dimension < 1) return array.dimension === 0 ? array.get() : undefined
  if (columns === undefined) return Array.from({ length: rows! }, (_, index) => array.get(index))
  return Array.from({ length: rows! }, (_, row) =>
    Array.from({ length: columns }, (__, column) => array.get(row, column)),
  )
}
