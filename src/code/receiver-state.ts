import { type PathUse, USE } from '../native/binding.ts'
import { attempt, isChangedByMethods, isPrimitive } from './captured-value.ts'
import { CHANGED } from './use.ts'

/** A member of the receiver that the method itself changes. */
interface ChangedMember {
  readonly path: readonly string[]
  /** Only if it is of a kind whose methods change it. */
  readonly isByMethod: boolean
}

/** What of a receiver's own properties counts: all but what the method itself changes. */
export class ReceiverState {
  readonly #changed: ChangedMember[] = []

  /** Notes what a text does to a member of its `this`. `all` are the members that it uses. */
  note({ path, uses }: PathUse, all: readonly PathUse[]): void {
    if ((uses & CHANGED) === 0) return
    const isNamed = all.some(
      (one) => one.path.length === path.length + 1 && one.uses & USE.assigned && isWithin(one.path, path),
    )
    if (uses & USE.assigned || (uses & USE.mutated && !isNamed)) this.#changed.push({ path, isByMethod: false })
    else if (uses & USE.mutatingCall) this.#changed.push({ path, isByMethod: true })
  }

  /** Whether the member at a path is known to be changed, or something that it lies in. */
  isChanged(path: readonly string[]): boolean {
    return this.#changed.some((one) => isWithin(path, one.path))
  }

  /** May throw what getters of the receiver throw. */
  of(receiver: object): unknown {
    const own: object = { ...receiver }
    // What compilers of decorators leave on a class.
    for (const key of Object.getOwnPropertySymbols(own))
      if (key.description === 'Symbol.metadata') Reflect.deleteProperty(own, key)
    return this.#changed.reduce<unknown>((state, { path, isByMethod }) => without(state, path, isByMethod), own)
  }
}

function isWithin(path: readonly string[], around: readonly string[]): boolean {
  return around.every((name, index) => path[index] === name)
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (isPrimitive(value) || typeof value === 'function') return false
  const prototype: unknown = attempt(() => Object.getPrototypeOf(value))
  return prototype === Object.prototype || prototype === null
}

/** The value without the member at a path, as far as the path leads through plain objects. */
function without(value: unknown, path: readonly string[], isByMethod: boolean): unknown {
  const [name, ...below] = path
  if (name === undefined || !isPlain(value) || !Object.hasOwn(value, name)) return value
  const { [name]: member, ...others } = value
  if (below.length > 0) return { ...others, [name]: without(member, below, isByMethod) }
  const isKept =
    isByMethod && (isPrimitive(member) || typeof member === 'function' || !isChangedByMethods(member as object))
  return isKept ? value : others
}
