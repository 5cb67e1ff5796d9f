const texts = new WeakMap<Function, string>()

/** A function's own text, whatever its method `toString` says. */
export function textOf(fn: Function): string {
  let text = texts.get(fn)
  if (text === undefined) texts.set(fn, (text = Function.prototype.toString.call(fn)))
  return text
}

/** The name of a function; empty where it has none. A proxy may throw when it is asked, and a class may redefine it. */
export function nameOf(fn: Function): string {
  try {
    const { name } = fn as { name: unknown }
    return typeof name === 'string' ? name : ''
  } catch {
    return ''
  }
}
