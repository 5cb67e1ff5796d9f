/** Below this many objects a scan is cheaper than hashing. */
const SCANNED = 12

/**
 * The objects of one value in the order in which they were met. Most values are trees, so a set answers "met
 * before?" in one operation; a map from object to number is made only when the first object is met again.
 */
export class Identities {
  readonly #first: (object | undefined)[] = new Array(SCANNED).fill(undefined)
  #count = 0
  #set: Set<object> | undefined
  #numbers: Map<object, number> | undefined

  /** The object's number if it was met before, else -1 and it has the next number. */
  meet(object: object): number {
    if (this.#count < SCANNED) return this.#scan(object)
    if (this.#numbers !== undefined) return this.#number(object, this.#numbers)
    const set = (this.#set ??= new Set(this.#first as object[]))
    set.add(object)
    if (set.size > this.#count) {
      this.#count++
      return -1
    }
    this.#numbers = numbered(set)
    return this.#numbers.get(object)!
  }

  get count(): number {
    return this.#count
  }

  clear(): void {
    this.#first.fill(undefined)
    this.#count = 0
    this.#set = undefined
    this.#numbers = undefined
  }

  #scan(object: object): number {
    const first = this.#first
    for (let i = 0; i < this.#count; i++) if (first[i] === object) return i
    first[this.#count++] = object
    return -1
  }

  #number(object: object, numbers: Map<object, number>): number {
    const known = numbers.get(object)
    if (known !== undefined) return known
    numbers.set(object, this.#count++)
    return -1
  }
}

function numbered(set: Set<object>): Map<object, number> {
  const numbers = new Map<object, number>()
  for (const object of set) numbers.set(object, numbers.size)
  return numbers
}
