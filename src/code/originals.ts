/** So often the members are read one by one before a check is compiled for them. */
const MOST_READ = 64

/** A member that loads its value when it is asked for it. */
interface Loading {
  readonly holder: object
  readonly name: string
  readonly get: unknown
}

/** Members of globals and prototypes that must still be what came with Node, or else they count. */
export class Originals {
  readonly #holders: Record<string, unknown>[] = []
  readonly #names: string[] = []
  readonly #values: unknown[] = []
  readonly #loading: Loading[] = []
  readonly #noted = new Map<object, Set<string>>()
  #reads = 0
  #compiled: (() => boolean) | undefined

  /** Notes a member with its value. */
  note(holder: object, name: string, value: unknown): void {
    if (this.#isNoted(holder, name)) return
    this.#holders.push(holder as Record<string, unknown>)
    this.#names.push(name)
    this.#values.push(value)
  }

  /** Notes a member that loads its value when it is asked for it. */
  noteLoading(holder: object, name: string, get: unknown): void {
    if (!this.#isNoted(holder, name)) this.#loading.push({ holder, name, get })
  }

  get isEmpty(): boolean {
    return this.#names.length + this.#loading.length === 0
  }

  /** Whether all of them are what they were. Asked before every call. */
  areKept(): boolean {
    if (this.#compiled !== undefined) return this.#compiled()
    if (this.isEmpty) return true
    if (++this.#reads === MOST_READ) this.#compiled = compiled(this.#holders, this.#names, this.#values, this.#loading)
    return areSame(this.#holders, this.#names, this.#values) && areLoading(this.#loading)
  }

  #isNoted(holder: object, name: string): boolean {
    let names = this.#noted.get(holder)
    if (names === undefined) this.#noted.set(holder, (names = new Set()))
    if (names.has(name)) return true
    names.add(name)
    return false
  }
}

function areSame(
  holders: readonly Record<string, unknown>[],
  names: readonly string[],
  values: readonly unknown[],
): boolean {
  return names.every((name, index) => holders[index]![name] === values[index])
}

function areLoading(members: readonly Loading[]): boolean {
  return members.every(({ holder, name, get }) => Object.getOwnPropertyDescriptor(holder, name)?.get === get)
}

/**
 * A check with the names written out: V8 knows where each member lies then, and takes one nanosecond instead of some 40 to 120.
 * Undefined where programs may not compile code.
 */
function compiled(
  holders: readonly Record<string, unknown>[],
  names: readonly string[],
  values: readonly unknown[],
  loading: readonly Loading[],
): (() => boolean) | undefined {
  const distinct = [...new Set(holders)]
  const parameters = distinct.map((_, index) => `h${index}`)
  const checks = names.map(
    (name, index) => `h${distinct.indexOf(holders[index]!)}[${JSON.stringify(name)}] === v${index}`,
  )
  const constants = values.map((_, index) => `v${index} = values[${index}]`)
  const body = `${constants.length === 0 ? '' : `const ${constants.join(', ')};`} return () => ${['true', ...checks].join(' && ')}`
  try {
    const make = new Function(...parameters, 'values', body) as (...args: unknown[]) => () => boolean
    const check = make(...distinct, values)
    return loading.length === 0 ? check : () => check() && areLoading(loading)
  } catch {
    return undefined
  }
}
