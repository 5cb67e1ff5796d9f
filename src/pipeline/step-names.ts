/** What steps are called when they are added: one that is wired by reference again is `train-2`. */
export class StepNames {
  /** How many were called so, by what they would be called alone. */
  readonly #counts = new Map<string, number>()

  /** Of one that is wired by names. */
  note(name: string): void {
    if (!this.#counts.has(name)) this.#counts.set(name, 1)
  }

  /** For one that is wired by reference. */
  take(name: string): string {
    let count = this.#counts.get(name) ?? 0
    let unique = numbered(name, ++count)
    while (count > 1 && this.#counts.has(unique)) unique = numbered(name, ++count)
    this.#counts.set(name, count)
    return unique
  }
}

/** The name of the so manyth of its name. */
export function numbered(name: string, count: number): string {
  return count === 1 ? name : `${name}-${count}`
}
