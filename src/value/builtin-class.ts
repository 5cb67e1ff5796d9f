/** Whether a function's text is that of native code. V8 makes the text anew each time that it is asked. */
const nativeTexts = new WeakMap<Function, boolean>()

/** Whether a function is a class of the language, of this realm or another one: no text of a program reads like theirs. */
export function isBuiltinClass(type: unknown): type is Function & { prototype: object } {
  if (typeof type !== 'function' || typeof type.prototype !== 'object' || type.prototype === null) return false
  let isNative = nativeTexts.get(type)
  if (isNative === undefined) {
    isNative = Function.prototype.toString.call(type) === `function ${type.name}() { [native code] }`
    nativeTexts.set(type, isNative)
  }
  return isNative
}

/** The name of the language's class whose prototype this is, in any realm; empty for what a program defined. */
export function builtinName(prototype: object): string {
  const type = classOf(prototype)
  return isBuiltinClass(type) ? type.name : ''
}

/** The name of the class whose prototype this is; empty where nothing says so. */
export function classNameOf(prototype: object): string {
  return classOf(prototype)?.name ?? ''
}

/** Reads the property, as `--frozen-intrinsics` makes an accessor of it. */
function classOf(prototype: object): Function | undefined {
  const type: unknown = Object.hasOwn(prototype, 'constructor') ? prototype.constructor : undefined
  return typeof type === 'function' && type.prototype === prototype ? type : undefined
}
