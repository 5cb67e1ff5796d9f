/** Prototypes of built-in types by the name of their constructor. */
const FAMILIAR = new Map(
  Object.getOwnPropertyNames(globalThis).flatMap(name => {
    const { value } = Object.getOwnPropertyDescriptor(globalThis, name) ?? {}
    return isBuiltin(value, name) ? [[name, value.prototype as object] as const] : []
  }),
)

/** This realm's prototype of the built-in type that `prototype` belongs to in another realm, such as a node:vm context. */
export function familiarPrototype(prototype: object): object | undefined {
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  if (typeof constructor !== 'function' || constructor.prototype !== prototype) return undefined
  return isBuiltin(constructor, constructor.name) ? FAMILIAR.get(constructor.name) : undefined
}

function isBuiltin(constructor: unknown, name: string): constructor is Function {
  if (typeof constructor !== 'function' || typeof constructor.prototype !== 'object') return false
  return Function.prototype.toString.call(constructor) === `function ${name}() { [native code] }`
}
