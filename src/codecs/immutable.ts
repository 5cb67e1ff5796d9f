import type { PackageClass, PackageCodec } from '../value/package-codec.ts'
import { type Class, type ClassCodec, classesIn } from './library.ts'

const inOrder = {
  encode: (value: any) => value.toArray() as unknown,
  decode: (items: any, type: any) => type(items) as unknown,
}

/** Keys of those whose order does not count: `Set` and `Map` are the language's. */
const unordered = {
  Set: (value: any) => new Set(value),
  Map: (value: any) => new Map(value),
}

const collections = (): ClassCodec[] => [
  { ...inOrder, name: 'List', marks: marked('LIST') },
  { ...inOrder, name: 'Stack', marks: marked('STACK') },
  { ...inOrder, name: 'Map', marks: marked('MAP', false), key: unordered.Map },
  { ...inOrder, name: 'OrderedMap', marks: marked('MAP', true) },
  { ...inOrder, name: 'Set', marks: marked('SET', false), key: unordered.Set },
  { ...inOrder, name: 'OrderedSet', marks: marked('SET', true) },
]

/** By the marks that Immutable tells its own collections by. */
function marked(kind: string, isOrdered?: boolean): ClassCodec['marks'] {
  return (prototype) => {
    if (prototype[`@@__IMMUTABLE_${kind}__@@`] !== true) return false
    return isOrdered === undefined || (prototype['@@__IMMUTABLE_ORDERED__@@'] === true) === isOrdered
  }
}

const RECORD = '@@__IMMUTABLE_RECORD__@@'

/** What a `Record(...)` made, or a class derived from that. `Record` itself has no instances. */
function recordIn(library: any): PackageClass[] {
  const prototype: any = typeof library === 'function' ? library.prototype : undefined
  if (prototype?.[RECORD] !== true || Object.getPrototypeOf(prototype)[RECORD] !== true) return []
  const base = baseOf(library)
  const name: string | undefined = library.displayName ?? (base === library ? undefined : library.name)
  return [
    {
      name: name === undefined ? 'Record' : `Record.${name}`,
      prototype,
      encode: (value) => value.toObject(),
      // A derived class may have a constructor of other parameters.
      decode: (values) => Reflect.construct(base, [values], library) as unknown,
    },
  ]
}

function baseOf(type: Class): Class {
  const above: unknown = Object.getPrototypeOf(type)
  return typeof above === 'function' && above !== Function.prototype ? baseOf(above as Class) : type
}

/**
 * Immutable: `memory.register(Immutable, immutable)` with `import * as Immutable from 'immutable'`, or one of its
 * collections alone; each record by itself: `memory.register(Point, immutable)`.
 */
export const immutable: PackageCodec = {
  name: 'immutable',
  takes: 'the package `immutable`, one of its collections such as `List`, or what its `Record` made',
  codecsOf: (library) => [...classesIn(library, collections()), ...recordIn(library)],
}
