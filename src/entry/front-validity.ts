import type { Store } from '../native/binding.ts'

/** So often the core may say that nothing tells of changes, before it is not asked any more. */
const MOST_REFUSALS = 8

/**
 * Until when front entries are true: as long as two numbers stay, one of this process and one that all processes share.
 * Both are raised before anyone is told that an entry was overwritten or dropped.
 */
export class FrontValidity {
  readonly #store: Store
  /** Undefined while nothing is kept. */
  #revision: Uint32Array | undefined
  /** Undefined in the process that owns the store. */
  #generation: Uint32Array | undefined
  #revisionSeen = 0
  #generationSeen = 0
  #refusals = 0
  /** What a recall found that began in another era is not kept. */
  era = 0

  constructor(store: Store) {
    this.#store = store
  }

  /** Whether there are numbers that tell of changes. */
  get isTold(): boolean {
    return this.#revision !== undefined
  }

  /** Whether nothing has changed since the era began. */
  isCurrent(): boolean {
    const revision = this.#revision
    const generation = this.#generation
    return (
      revision !== undefined &&
      revision[0] === this.#revisionSeen &&
      (generation === undefined || generation[0] === this.#generationSeen)
    )
  }

  /** Begins an era with the numbers that count from now on, if the core has any. */
  begin(): void {
    if (this.#refusals >= MOST_REFUSALS) return
    this.era++
    const validity = this.#store.validity()
    this.#refusals = validity === null ? this.#refusals + 1 : 0
    this.#revision = validity === null ? undefined : new Uint32Array(validity.revision)
    this.#generation = validity?.generation === undefined ? undefined : new Uint32Array(validity.generation)
    this.#revisionSeen = this.#revision?.[0] ?? 0
    this.#generationSeen = this.#generation?.[0] ?? 0
  }

  /** Ends an era: something has changed. */
  end(): void {
    this.#revision = undefined
  }
}
