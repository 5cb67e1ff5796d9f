/** This realm's prototype of the built-in type to which `prototype` belongs in another realm (node:vm). */
export function familiarPrototype(prototype: object): object | undefined {
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  if (!isBuiltin(constructor) || constructor.prototype !== prototype) return undefined
  const familiar = (globalThis as Record<string, unknown>)[constructor.name]
  return isBuiltin(familiar) ? (familiar.prototype as object) : undefined
}

function isBuiltin(constructor: unknown): constructor is Function {
  if (typeof constructor !== 'function' || typeof constructor.prototype !== 'object') return false
  return Function.prototype.toString.call(constructor) === `function ${constructor.name}() { [native code] }`
}
