import type { PackageClass } from '../value/package-codec.ts'

/** A class as its user has it. */
export type Class = (abstract new (...args: any[]) => any) & Record<string, any>

/** How one class of a package is stored. The class itself comes with what is decoded. */
export interface ClassCodec {
  /** Under which the package exports it. */
  readonly name: string
  /** Whether a class of this prototype is the one. It is asked of whatever is registered. */
  marks(prototype: any): boolean
  encode(value: any): unknown
  decode(stored: any, type: any): unknown
  key?(value: any): unknown
}

/** What a package may be as its user has it: itself, or behind the default export of a module namespace. */
export function facesOf(library: any): readonly any[] {
  const inner: unknown = library.default
  return inner === undefined || inner === null ? [library] : [library, inner]
}

/** The class of this name: `library` itself, or what it exports. */
export function classIn(library: object, name: string, marks: (prototype: any) => boolean): Class | undefined {
  const candidates: unknown[] = facesOf(library).flatMap((face) => [face, face[name]])
  return candidates.find((one): one is Class => {
    return (
      typeof one === 'function' && typeof one.prototype === 'object' && one.prototype !== null && marks(one.prototype)
    )
  })
}

/** The first face of a package that is a function, or an object, which has all of these functions. */
export function libraryWith(library: object, ...functions: readonly string[]): any {
  return facesOf(library).find((face) => functions.every((name) => typeof face[name] === 'function'))
}

/** Those of these classes that are in `library`. */
export function classesIn(library: object, codecs: readonly ClassCodec[]): PackageClass[] {
  return codecs.flatMap((codec) => {
    const type = classIn(library, codec.name, codec.marks)
    return type === undefined ? [] : [packageClass(codec, type)]
  })
}

function packageClass({ name, encode, decode, key }: ClassCodec, type: Class): PackageClass {
  return { name, prototype: type.prototype as object, encode, decode: (stored) => decode(stored, type), key }
}
