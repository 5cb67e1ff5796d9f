import type { PackageClass, PackageCodec } from '../value/package-codec.ts'
import { libraryWith } from './library.ts'

interface Tensor {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly dataId: object
  dataSync(): unknown
}

interface Variable extends Tensor {
  readonly trainable: boolean
}

type Stored = [dtype: string, shape: number[], values: any]

/** Texts are bytes to tfjs, which need not be UTF-8. */
function stored(tf: any, tensor: Tensor): Stored {
  const { dtype, shape, dataId } = tensor
  return [dtype, [...shape], dtype === 'string' ? tf.engine().readSync(dataId) : tensor.dataSync()]
}

function tensorOf(tf: any, [dtype, shape, values]: Stored): unknown {
  if (dtype !== 'complex64') return tf.tensor(values, shape, dtype)
  const part = (first: number): Float32Array => values.filter((_: number, index: number) => index % 2 === first)
  return tf.tidy(() => tf.complex(tf.tensor(part(0), shape), tf.tensor(part(1), shape)))
}

/** A new variable, named as tfjs names those without a name: a name may be taken once. */
function variableCodec(tf: any): PackageClass[] {
  if (typeof tf.Variable !== 'function') return []
  return [
    {
      name: 'Variable',
      prototype: tf.Variable.prototype as object,
      encode: (variable: Variable) => [stored(tf, variable), variable.trainable],
      decode: ([value, isTrainable]) => tf.tidy(() => tf.variable(tensorOf(tf, value), isTrainable)),
    },
  ]
}

/**
 * TensorFlow.js: `memory.register(tf, tfjs)` with `import * as tf from '@tensorflow/tfjs'`, or another package of it that
 * exports the same. The values are those that `dataSync()` gives, so the backend must be one that has it.
 */
export const tfjs: PackageCodec = {
  name: 'tfjs',
  takes: "`tf`, as in import * as tf from '@tensorflow/tfjs'",
  codecsOf(library) {
    const tf = libraryWith(library, 'Tensor', 'tensor', 'complex', 'tidy', 'engine')
    if (tf === undefined) return []
    return [
      {
        name: 'Tensor',
        prototype: tf.Tensor.prototype as object,
        encode: (tensor: Tensor) => stored(tf, tensor),
        decode: (value: Stored) => tensorOf(tf, value),
      },
      ...variableCodec(tf),
    ]
  },
}
