import { EngramError } from '../words/error.ts'
import { wordsOf } from '../words/phrase.ts'
import { mayNotWait } from './freshness.ts'
import { isThenable } from './promise.ts'

/** What `storeIf` says of one result, now or later. */
export class Admission {
  readonly #storeIf: (byteLength: number) => unknown
  /** Its answer, where that is a promise. */
  later: Promise<boolean> | undefined

  constructor(storeIf: (byteLength: number) => unknown) {
    this.#storeIf = storeIf
  }

  /** Whether the result may be stored now. Throws ERR_INVALID_OPTION. */
  readonly ask = (byteLength: number): boolean => {
    const answer = this.#answer(byteLength)
    if (!isThenable(answer)) return Boolean(answer)
    this.later = settled(answer)
    return false
  }

  /** For a call that is over when its function returns. Throws ERR_INVALID_OPTION. */
  refuseLater(): void {
    if (this.later === undefined) return
    this.later.catch(() => {})
    throw mayNotWait('storeIf')
  }

  #answer(byteLength: number): unknown {
    try {
      return this.#storeIf(byteLength)
    } catch (cause) {
      throw threw(cause)
    }
  }
}

async function settled(answer: PromiseLike<unknown>): Promise<boolean> {
  try {
    return Boolean(await answer)
  } catch (cause) {
    throw threw(cause)
  }
}

function threw(cause: unknown): EngramError {
  return new EngramError('ERR_INVALID_OPTION', `storeIf threw, so nothing is stored: ${wordsOf(cause)}`, { cause })
}
