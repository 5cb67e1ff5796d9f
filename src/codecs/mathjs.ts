import type { PackageClass, PackageCodec } from '../value/package-codec.ts'
import { settingsOfDecimal } from './decimal.ts'
import { exactText } from './exact-number.ts'
import { type Class, facesOf } from './library.ts'

/** Of the names in an instance only those of classes are looked at: it makes its functions when they are read. */
const CLASS_NAME = /^[A-Z]\w*[a-z]$/

/** mathjs has a form of its own for each of its classes, which holds instances of others. */
const isClass = (value: any): value is Class =>
  typeof value === 'function' &&
  typeof value.fromJSON === 'function' &&
  typeof value.prototype?.toJSON === 'function' &&
  typeof value.prototype.type === 'string'

function classOf(type: Class): PackageClass {
  const { prototype } = type
  return { name: prototype.type as string, prototype, ...(encodings[prototype.type as string]?.(type) ?? byJson(type)) }
}

type Encoding = Pick<PackageClass, 'encode' | 'decode' | 'key'>

const byJson = (type: Class): Encoding => ({
  encode: (value) => value.toJSON(),
  decode: (json) => type.fromJSON(json),
})

const encodings: Record<string, (type: Class) => Encoding> = {
  BigNumber: (type) => ({
    encode: exactText,
    decode: (text) => new (type as any)(text),
    key: (value) => [exactText(value), settingsOfDecimal(type)],
  }),
  // Its JSON has the value in the unit that is shown: what that rounds is put right.
  Unit: (type) => ({
    encode: (value) => [value.toJSON(), value.value],
    decode: ([json, value]) => Object.assign(type.fromJSON(json), { value }),
  }),
}

/**
 * mathjs: `memory.register(math, mathjs)`, with an instance or with `import * as math from 'mathjs'`: its matrices, big
 * numbers, fractions, complex numbers, units and expressions. One of its classes alone can be registered too.
 */
export const mathjs: PackageCodec = {
  name: 'mathjs',
  takes: 'an instance of mathjs, the package itself, or one of its classes',
  codecsOf(library) {
    if (isClass(library)) return [classOf(library)]
    const found = facesOf(library).flatMap((face) =>
      Object.keys(face).flatMap((name) => (CLASS_NAME.test(name) && isClass(face[name]) ? [face[name] as Class] : [])),
    )
    return Array.from(new Set(found), classOf)
  },
}
