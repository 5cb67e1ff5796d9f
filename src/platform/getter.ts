/**
 * The accessor that a class of the platform has for a property, for any instance: a class derived from it may have one of
 * its own, which tells something else.
 */
export function getterOf<T>(prototype: object, name: PropertyKey): (value: object) => T {
  const { get } = Object.getOwnPropertyDescriptor(prototype, name)!
  return (value) => Reflect.apply(get!, value, []) as T
}
