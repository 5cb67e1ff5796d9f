import { FileRef } from '../fingerprint/file-ref.ts'
import { PathWatch } from '../platform/path-watch.ts'
import { wordsOf } from '../words/phrase.ts'

/** How long nothing must have happened before it is looked what did: who saves files does it one after the other. In milliseconds. */
const QUIET_MS = 100

/** What changed. */
export type Changed = 'files' | 'code'

/** Files as they were, and a wait until they are not. */
export class Changes {
  readonly #watch = new PathWatch(() => this.#sign())
  /** What they were when they were looked at last, by path. */
  readonly #files = new Map<string, string>()
  /** What they were when they were first looked at, as modules are not loaded again. */
  readonly #code = new Map<string, string>()
  /** Ends a wait for a sign. */
  #wake: () => void = () => undefined

  /** Follows these as well, as they are now. */
  followCode(files: Iterable<string>): void {
    for (const file of files) if (!this.#code.has(file)) this.#code.set(file, formOf(file))
    this.#rewatch()
  }

  /** Modules are about to be loaded: they are what their files are now. */
  takeCode(): void {
    for (const file of this.#code.keys()) this.#code.set(file, formOf(file))
  }

  /** Follows these as well, by what they were. */
  followFiles(files: ReadonlyMap<string, string>): void {
    for (const [file, form] of files) this.#files.set(file, form)
    this.#rewatch()
  }

  /** Waits until something is not what it was; undefined where the signal ends it. Throws what the system says where it watches no more. */
  async next(signal: AbortSignal | undefined): Promise<Changed | undefined> {
    const isOver = (): boolean => signal?.aborted === true
    // oxlint-disable no-await-in-loop -- it is looked after each sign
    while (!isOver()) {
      const changed = this.#changed()
      if (changed !== undefined) return changed
      await this.#signs(signal)
    }
    // oxlint-enable no-await-in-loop
    return undefined
  }

  close(): void {
    this.#watch.close()
    this.#wake()
  }

  #rewatch(): void {
    this.#watch.watch(new Set([...this.#code.keys(), ...this.#files.keys()]))
  }

  /** What was found changed counts as it is from now on. */
  #changed(): Changed | undefined {
    const code = [...this.#code].some(([file, form]) => formOf(file) !== form)
    let isFile = false
    for (const [file, form] of this.#files) {
      const now = formOf(file)
      if (now === form) continue
      this.#files.set(file, now)
      isFile = true
    }
    return code ? 'code' : isFile ? 'files' : undefined
  }

  #sign(): void {
    this.#wake()
  }

  /** Waits for a sign, and until there are no more of them. */
  async #signs(signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      let timer: NodeJS.Timeout | undefined
      const over = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', over)
        resolve()
      }
      this.#wake = () => {
        clearTimeout(timer)
        timer = setTimeout(over, QUIET_MS)
      }
      signal?.addEventListener('abort', over, { once: true })
    })
    this.#wake = () => undefined
  }
}

/** Content that cannot be read is content too. */
function formOf(path: string): string {
  try {
    return new FileRef(path).form()
  } catch (error) {
    return wordsOf(error)
  }
}
