import { wrappedIn } from '../function/wrapped.ts'
import { isNative } from './facts.ts'

/** A property, and which object of a chain holds it. */
export interface HeldProperty {
  readonly holder: object
  readonly property: PropertyDescriptor
}

/** An object and what it inherits from, without what is the language's own. */
export function chainOf(start: object | undefined): object[] {
  const chain: object[] = []
  for (let holder: object | null = start ?? null; holder !== null;) {
    const owner = typeof holder === 'function' ? holder : classOf(holder)
    if (holder === Function.prototype || (owner !== undefined && isNative(owner))) break
    chain.push(holder)
    holder = Object.getPrototypeOf(holder) as object | null
  }
  return chain
}

/** The class whose prototype this is. */
export function classOf(prototype: object): Function | undefined {
  const found: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  return typeof found === 'function' ? found : undefined
}

/** The property that a look along the chain finds. */
export function propertyIn(chain: readonly object[], name: string): HeldProperty | undefined {
  for (const holder of chain) {
    const property = Object.getOwnPropertyDescriptor(holder, name)
    if (property !== undefined) return { holder, property }
  }
  return undefined
}

/** Whether an object holds this function, or a wrapper around it. */
export function ownsFunction(holder: object, fn: Function): boolean {
  return Reflect.ownKeys(holder).some((key) => {
    const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key)!
    return [value, get, set].some((one) => typeof one === 'function' && (one === fn || wrappedIn(one)?.fn === fn))
  })
}

/** Whether it holds more than code. */
export function hasData(holder: object): boolean {
  return Reflect.ownKeys(holder).some((key) => {
    const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key)!
    return typeof value !== 'function' && get === undefined && set === undefined
  })
}
