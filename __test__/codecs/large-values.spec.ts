import test from 'ava'
import {
  arrow as arrowCodec,
  mlMatrix as mlMatrixCodec,
  ndarray as ndarrayCodec,
  tfjs,
} from '../../src/codecs/index.ts'
import type { PackageCodec } from '../../src/value/package-codec.ts'
import { TypeRegistry } from '../../src/value/type-registry.ts'
import { OUT_OF_BAND_BYTES } from '../../src/value/wire.ts'
import { decode, encode } from '../value/round-trip.ts'
import { packages } from './packages.ts'

const { arrow, mlMatrix, ndarray, tf } = packages
const LENGTH = OUT_OF_BAND_BYTES

const numbers = (): Float64Array => Float64Array.from({ length: LENGTH }, (_, index) => index)

/** A value that is large, and the memory that its numbers are in. */
const large: Record<string, [library: object, PackageCodec, make: () => unknown, bufferOf: (value: any) => unknown]> = {
  tfjs: [tf, tfjs, () => tf.tensor(new Float32Array(LENGTH).fill(1)), (tensor) => tensor.dataSync().buffer],
  'apache-arrow': [
    arrow,
    arrowCodec,
    () => arrow.tableFromArrays({ n: numbers() }),
    (table) => table.getChildAt(0).data[0].values.buffer,
  ],
  ndarray: [ndarray, ndarrayCodec, () => ndarray(numbers(), [LENGTH]), (array) => array.data.buffer],
  'ml-matrix': [
    mlMatrix,
    mlMatrixCodec,
    () => mlMatrix.Matrix.from1DArray(4, LENGTH / 4, numbers()),
    (matrix) => matrix.data[3].buffer,
  ],
}

for (const [name, [library, codec, make, bufferOf]] of Object.entries(large)) {
  test(`${name}: the numbers of a large value are stored apart, and used where they are mapped`, (t) => {
    const registry = new TypeRegistry()
    registry.registerPackage(library, codec)
    const encoded = encode(make(), registry)
    t.is(encoded.buffers.length, 1)
    t.true(encoded.bytes.length < 1000)
    t.is(bufferOf(decode(encoded, registry)), encoded.buffers[0])
  })
}
