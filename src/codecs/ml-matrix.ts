import type { PackageCodec } from '../value/package-codec.ts'
import { type ClassCodec, classesIn } from './library.ts'

interface Matrix {
  readonly rows: number
  readonly columns: number
  get(row: number, column: number): number
}

/** All its numbers, row by row: one array, which is stored apart where it is large. */
function numbersOf(matrix: Matrix): Float64Array {
  const { rows, columns } = matrix
  const numbers = new Float64Array(rows * columns)
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) numbers[at++] = matrix.get(row, column)
  }
  return numbers
}

/** Its rows are views of the one array, so that nothing is copied. */
function matrixOf([rows, columns, numbers]: [number, number, Float64Array], type: any): unknown {
  const matrix = new type(0, columns)
  for (let row = 0; row < rows; row++) matrix.data.push(numbers.subarray(row * columns, (row + 1) * columns))
  matrix.rows = rows
  return matrix
}

function symmetricOf([size, , numbers]: [number, number, Float64Array], type: any): unknown {
  const matrix = new type(size)
  for (let row = 0; row < size; row++) {
    for (let column = row; column < size; column++) matrix.set(row, column, numbers[row * size + column])
  }
  return matrix
}

/** Not a view, nor what wraps an array: these say too that they are matrices. */
const isMatrix = (prototype: any): boolean =>
  prototype.klass === 'Matrix' && ('addRow' in prototype || 'addCross' in prototype)

function codecOf(name: string, symmetry: string | undefined, decode: ClassCodec['decode']): ClassCodec {
  return {
    name,
    marks: (prototype) => isMatrix(prototype) && (prototype.klassSubType ?? prototype.klassType) === symmetry,
    encode: (value: Matrix) => [value.rows, value.columns, numbersOf(value)],
    decode,
  }
}

/**
 * ml-matrix: `memory.register(Matrix, mlMatrix)`, or the package with `SymmetricMatrix` and `DistanceMatrix` too. Of a view
 * return a copy: `new Matrix(view)`.
 */
export const mlMatrix: PackageCodec = {
  name: 'ml-matrix',
  takes: 'a class of ml-matrix such as `Matrix`, or the package itself',
  codecsOf: (library) =>
    classesIn(library, [
      codecOf('Matrix', undefined, matrixOf),
      codecOf('SymmetricMatrix', 'SymmetricMatrix', symmetricOf),
      codecOf('DistanceMatrix', 'DistanceMatrix', symmetricOf),
    ]),
}
