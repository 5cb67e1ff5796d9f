import { classNameOf } from './builtin-class.ts'

/** Classes of the web that Node has as globals and that hold data. */
export type WebKind = 'Headers' | 'FormData' | 'Blob' | 'File' | 'DOMException'

/** For each kind, what throws for anything that only borrowed its prototype. */
const PROBES: Readonly<Record<WebKind, (prototype: object, value: object) => unknown>> = {
  Headers: (prototype, value) => (prototype as Headers).has.call(value as Headers, 'a'),
  FormData: (prototype, value) => (prototype as FormData).has.call(value as FormData, 'a'),
  Blob: (prototype, value) => Reflect.get(prototype, 'size', value),
  File: (prototype, value) => Reflect.get(prototype, 'size', value),
  DOMException: (prototype, value) => Reflect.get(prototype, 'name', value),
}

/**
 * The kind of a value with this prototype. Goes by the name first: to mention one of these globals has Node load what is
 * behind it, which takes longer than a program's first hit. Whoever has an instance has loaded it.
 */
export function webKindOf(value: object, prototype: object): WebKind | undefined {
  const name = classNameOf(prototype)
  if (name === 'TransferableBlob') return isPartOfBlob(prototype) ? 'Blob' : undefined
  if (!isWebKind(name) || globalOf(name)?.prototype !== prototype) return undefined
  try {
    PROBES[name](prototype, value)
    return name
  } catch {
    return undefined
  }
}

/** Node 22 has a class of its own for what `blob.slice()` and `openAsBlob` give: `TransferableBlob`. */
function isPartOfBlob(prototype: object): boolean {
  return Object.getPrototypeOf(new Blob([]).slice(0)) === prototype
}

/** Whether a class is one of these. */
export function isWebClass(type: Function): boolean {
  return isWebKind(type.name) && globalOf(type.name) === type
}

function globalOf(name: WebKind): { prototype: object } | undefined {
  return (globalThis as unknown as Record<WebKind, { prototype: object } | undefined>)[name]
}

function isWebKind(name: string): name is WebKind {
  return Object.hasOwn(PROBES, name)
}
