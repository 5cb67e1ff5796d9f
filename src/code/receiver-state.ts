import { type PathUse, USE } from '../native/binding.ts'
import { attempt, isChangedByMethods, isPrimitive } from './captured-value.ts'
import { factsOf } from './facts.ts'
import { isDropped, isTold, isUsers, mayAnswer, mayBeTold } from './telling.ts'
import { CHANGED, VALUED } from './use.ts'

/** A member of the receiver that the method itself changes. */
interface ChangedMember {
  readonly path: readonly string[]
  /** Only if it is of a kind whose methods change it. */
  readonly isByMethod: boolean
}

/** What counts of somebody who is told something. */
type Part = 'nothing' | 'code' | 'whole'

/** What of a receiver's own properties counts: all but what the method itself changes, or only tells something. */
export class ReceiverState {
  readonly #changed: ChangedMember[] = []
  /** Methods whose answers nobody looks at, and that tell if who has them is told things: `this.logger.info(x)`. */
  readonly #told: (readonly string[])[] = []
  /** Members that are looked at. */
  readonly #asked: (readonly string[])[] = []
  readonly #parts = new WeakMap<Function, Part>()

  /** Notes what a text does to a member of its `this`. `all` are the members that it uses. */
  note(use: PathUse, all: readonly PathUse[]): void {
    const { path, uses } = use
    if (path.length > 1 && isDropped(use, true) && mayBeTold(path)) this.#told.push(path)
    else if (uses & (VALUED | USE.typeOf)) this.#asked.push(path)
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

  /** May throw what getters of the receiver throw. `isWhole`: others may look at all of it. */
  of(receiver: object, isWhole: boolean, isStatic: boolean): unknown {
    const own: object = { ...receiver }
    // Of an object they are hidden state, where they count. Of a class, compilers of decorators leave some there.
    for (const key of Object.getOwnPropertySymbols(own))
      if (!isStatic || key.description === 'Symbol.metadata') Reflect.deleteProperty(own, key)
    const kept = this.#changed.reduce<unknown>((state, { path, isByMethod }) => without(state, path, isByMethod), own)
    if (isWhole) return kept
    return this.#told.reduce<unknown>((state, path) => this.#withoutTold(state, path, receiver), kept)
  }

  /** Paths to members of a receiver that are only told something, and of which nothing counts. */
  toldIn(receiver: object): (readonly string[])[] {
    return this.#told.filter((path) => this.#partAt(path, receiver).what === 'nothing').map((path) => path.slice(0, -1))
  }

  /** Of what is only told something, the user's own code counts. */
  #withoutTold(state: unknown, path: readonly string[], receiver: object): unknown {
    const { what, method } = this.#partAt(path, receiver)
    if (what === 'whole') return state
    const rest = without(state, path.slice(0, -1), false) as object
    return what === 'code' ? { ...rest, [`${path.join('.')}()`]: method } : rest
  }

  /** What counts of somebody who is told something by the method at a path. */
  #partAt(path: readonly string[], receiver: object): { readonly what: Part; readonly method?: unknown } {
    const around = path.slice(0, -1)
    const holder = holderOf(path, receiver)
    if (isPrimitive(holder) || !isTold('this', path, holder)) return { what: 'whole' }
    const asked = [...this.#asked, ...this.#told.filter((one) => !isTold('this', one, holderOf(one, receiver)))]
    if (asked.some((one) => isWithin(one, around) || isWithin(around, one))) return { what: 'whole' }
    const method = attempt(() => (holder as Record<string, unknown>)[path.at(-1)!])
    return { what: this.#partOf(method, holder as object), method }
  }

  #partOf(method: unknown, holder: object): Part {
    if (typeof method !== 'function') return 'whole'
    let part = this.#parts.get(method)
    if (part === undefined) {
      const isCode = isUsers(factsOf([method], false, undefined)[0]!)
      part = !isCode ? 'nothing' : mayAnswer(method, holder) ? 'whole' : 'code'
      this.#parts.set(method, part)
    }
    return part
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

/** What has the method at a path. */
function holderOf(path: readonly string[], receiver: object): unknown {
  return attempt(() => path.slice(0, -1).reduce<any>((at, name) => at[name], receiver))
}
