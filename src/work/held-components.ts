/** Says what may become of a list or record of works and flows. */
export interface Holding {
  /** A member is to be added. Throws where it may not be. */
  add(name: string, member: unknown): void
  /** After one was added. */
  changed(): void
  /** What is there stays in its place. */
  refuse(name: string): Error
}

/** A view of a list or record of works and flows, to which members may be added, and that loses none. */
export function heldComponents(held: object, holding: Holding): object {
  const view = new Proxy(held, new HeldTraps(holding))
  lying.set(view, held)
  return view
}

const lying = new WeakMap<object, object>()

/** What lies under such a view; anything else as it is. */
export function heldUnder(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? (lying.get(value) ?? value) : value
}

class HeldTraps implements ProxyHandler<object> {
  readonly #holding: Holding

  constructor(holding: Holding) {
    this.#holding = holding
  }

  set(target: object, key: PropertyKey, value: unknown): boolean {
    if (typeof key === 'symbol') return Reflect.set(target, key, value)
    if (Array.isArray(target) && key === 'length') return this.#setLength(target, Number(value))
    if (Object.hasOwn(target, key)) {
      if (Reflect.get(target, key) !== value) throw this.#holding.refuse(String(key))
      return true
    }
    this.#holding.add(String(key), value)
    const isSet = Reflect.set(target, key, value)
    if (isSet) this.#holding.changed()
    return isSet
  }

  defineProperty(target: object, key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    return 'value' in descriptor ? this.set(target, key, descriptor.value) : false
  }

  deleteProperty(target: object, key: PropertyKey): boolean {
    if (Object.hasOwn(target, key)) throw this.#holding.refuse(String(key))
    return true
  }

  /** As methods of arrays do after they have added a member. */
  #setLength(list: unknown[], length: number): boolean {
    if (length < list.length) throw this.#holding.refuse(String(length))
    return length === list.length
  }
}
