/** Something that was put on a function. */
interface FunctionProperty {
  readonly name: string
  readonly value: unknown
  /** Of an accessor. */
  readonly get: Function | undefined
  readonly read: () => unknown
}

/** What was put on a function, under names and symbols: what comes with every function cannot be listed. */
export function propertiesOf(fn: Function): FunctionProperty[] {
  return [...Object.keys(fn), ...Object.getOwnPropertySymbols(fn)].map((key) => {
    const { value, get } = Object.getOwnPropertyDescriptor(fn, key)!
    return { name: String(key), value, get, read: () => (fn as unknown as Record<PropertyKey, unknown>)[key] }
  })
}
