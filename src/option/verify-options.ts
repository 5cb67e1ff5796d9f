import { checkBoolean, checkFunction, checkKnown, invalid } from './check.ts'

/** How `Memory.verify` reads a store back. */
export interface VerifyOptions {
  /** Whether to drop entries that are damaged, and files that no entry needs. Default false. */
  repair?: boolean | undefined
  /** Ends it: `verify` rejects with the signal's reason, and what was dropped by then stays dropped. Default none. */
  signal?: AbortSignal | undefined
  /** Called now and then with the number of entries that were read, and of those that there are. What it throws is thrown. Default none. */
  onProgress?: ((done: number, total: number) => void) | undefined
}

const KNOWN = ['repair', 'signal', 'onProgress']

/** @throws EngramError ERR_INVALID_OPTION */
export function checkVerifyOptions(options: VerifyOptions): VerifyOptions {
  checkKnown(options, KNOWN)
  const { repair, signal, onProgress } = options
  checkFunction(onProgress, 'onProgress')
  if (repair !== undefined) checkBoolean(repair, 'repair')
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function')
    throw invalid(`The option 'signal' must be an AbortSignal.`)
  return options
}
