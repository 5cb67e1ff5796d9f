import { invalid } from '../option/check.ts'
import { tell } from '../report/tell.ts'

/** What a pipeline tells: a call that is over, or a run. */
export type PipelineEvent = 'call' | 'run'

/** Who hears of the calls and runs of a pipeline. */
export class PipelineListeners {
  readonly #listeners: Record<PipelineEvent, Set<(record: any) => void>> = { call: new Set(), run: new Set() }

  /** @throws EngramError ERR_INVALID_OPTION */
  add(event: PipelineEvent, listener: (record: any) => void): void {
    if (event !== 'call' && event !== 'run')
      throw invalid(`Unknown event '${String(event)}'; the events are 'call' and 'run'.`)
    if (typeof listener !== 'function') throw invalid(`on('${event}', listener) needs a function.`)
    this.#listeners[event].add(listener)
  }

  remove(event: PipelineEvent, listener: (record: any) => void): void {
    this.#listeners[event]?.delete(listener)
  }

  /** `record` is asked where somebody hears it. */
  tell(event: PipelineEvent, record: () => unknown): void {
    const listeners = this.#listeners[event]
    if (listeners.size === 0) return
    const told = record()
    for (const listener of listeners) tell(listener, told)
  }
}
