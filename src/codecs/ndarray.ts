import type { PackageCodec } from '../value/package-codec.ts'
import { facesOf } from './library.ts'

interface Ndarray {
  readonly data: any
  readonly shape: readonly number[]
  readonly stride: readonly number[]
  readonly offset: number
  readonly size: number
  readonly dtype: string
  /** -1 for what `ndarray()` gives. */
  readonly dimension: number
}

/** ndarray makes a class for each type of element and number of dimensions, when it is first needed. */
const recognises = (prototype: any): boolean =>
  typeof prototype.dtype === 'string' && typeof prototype.dimension === 'number' && typeof prototype.pick === 'function'

/** With its strides, where it covers all that lies between its first element and its last; else in the order of its rows. */
function encode(array: Ndarray): unknown {
  const { data, shape, stride, size, dimension } = array
  if (dimension < 0) return undefined
  if (!isView(data) || size === 0) return ordered(array)
  const [first, last] = reach(array)
  if (last - first + 1 !== size) return ordered(array)
  return { data: data.subarray(first, last + 1), shape, stride, offset: array.offset - first }
}

const isView = (data: unknown): boolean => ArrayBuffer.isView(data)

/** Where in the data its elements begin and end. */
function reach({ shape, stride, offset }: Ndarray): [first: number, last: number] {
  let [first, last] = [offset, offset]
  shape.forEach((length, dimension) => {
    const span = (length - 1) * stride[dimension]!
    if (span < 0) first += span
    else last += span
  })
  return [first, last]
}

/** Its elements alone, in the order of its rows. A store of the user's own, read by `get`, is taken as it is. */
function ordered(array: Ndarray): unknown {
  const { data, shape, stride, offset, size, dtype, dimension } = array
  if (dimension < 0) return undefined
  if (dtype === 'generic') return { data, shape, stride, offset }
  if (isView(data) && isInOrder(array)) return { data: data.subarray(offset, offset + size), shape }
  return { data: copied(array), shape }
}

function isInOrder({ shape, stride }: Ndarray): boolean {
  let expected = 1
  for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
    if (stride[dimension] !== expected) return false
    expected *= shape[dimension]!
  }
  return true
}

function copied({ data, shape, stride, offset, size }: Ndarray): unknown {
  const elements = Buffer.isBuffer(data) ? Buffer.alloc(size) : new data.constructor(size)
  const index = shape.map(() => 0)
  let at = offset
  for (let i = 0; i < size; i++) {
    elements[i] = data[at]
    for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
      at += stride[dimension]!
      if (++index[dimension]! < shape[dimension]!) break
      at -= stride[dimension]! * shape[dimension]!
      index[dimension] = 0
    }
  }
  return elements
}

/** ndarray: `memory.register(ndarray, ndarrayCodec)`. Views of equal elements are equal, however these lie in memory. */
export const ndarray: PackageCodec = {
  name: 'ndarray',
  takes: 'the function `ndarray`',
  codecsOf(library) {
    const lib = facesOf(library).find((face) => typeof face === 'function' && isNdarray(face))
    if (lib === undefined) return []
    return [
      {
        name: '',
        prototype: recognises,
        encode,
        decode: (stored) =>
          stored === undefined ? lib() : lib(stored.data, stored.shape, stored.stride, stored.offset),
        key: (array: Ndarray) => [array.dtype, ordered(array)],
      },
    ]
  },
}

/** Nothing tells it but what it makes. */
function isNdarray(lib: any): boolean {
  try {
    return recognises(Object.getPrototypeOf(lib(new Float64Array(1), [1])))
  } catch {
    return false
  }
}
