import type { PackageClass, PackageCodec } from '../value/package-codec.ts'
import { type Class, classIn } from './library.ts'

interface Frame {
  readonly values: unknown[]
  readonly index: unknown[]
  readonly columns: string[]
  readonly dtypes: string[]
  /** An instance of a class of danfojs; a constructor takes its fields. */
  readonly config: object
}

const CLASSES = [
  ['DataFrame', (prototype: any) => 'setIndex' in prototype && 'addColumn' in prototype],
  ['Series', (prototype: any) => 'setIndex' in prototype && 'valueCounts' in prototype],
] as const

function codecOf(name: string, type: any): PackageClass {
  return {
    name,
    prototype: type.prototype as object,
    encode: ({ values, index, columns, dtypes, config }: Frame) => [
      values,
      { index, columns, dtypes, config: { ...config } },
    ],
    decode: ([values, options]) => new type(values, options),
  }
}

/** Its package derives from classes of its own what it exports; a column and the like are instances of these. */
function withBase(name: string, type: Class, marks: (prototype: any) => boolean): PackageClass[] {
  const base: any = Object.getPrototypeOf(type)
  const isBase = typeof base === 'function' && typeof base.prototype === 'object' && marks(base.prototype)
  return [codecOf(name, type), ...(isBase ? [codecOf(`Base${name}`, base)] : [])]
}

/** danfojs and danfojs-node: `memory.register({ DataFrame, Series }, danfojs)`, the package itself, or one of the classes. */
export const danfojs: PackageCodec = {
  name: 'danfojs',
  takes: 'the classes { DataFrame, Series } of danfojs, one of them, or the package itself',
  codecsOf: (library) =>
    CLASSES.flatMap(([name, marks]) => {
      const type = classIn(library, name, marks)
      return type === undefined ? [] : withBase(name, type, marks)
    }),
}
