import { threadId } from 'node:worker_threads'
import { type Drive, Payload, Work, currentContext } from '../../index.ts'

export class OwnError extends Error {
  override readonly name = 'OwnError'
  readonly code = 'OWN'
}

export interface Job {
  readonly act:
    | 'sum'
    | 'large'
    | 'throw'
    | 'die'
    | 'hang'
    | 'spin'
    | 'wait'
    | 'read'
    | 'payload'
    | 'drive'
    | 'thread'
    | 'unstorable'
    | 'race'
    | 'late'
  readonly value?: number
  readonly payload?: Payload<Float64Array>
  readonly drive?: Drive
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2))

/** Does in a thread what it is told. */
export default class Threaded extends Work {
  progress = 0
  target = 0
  log: string[] = []
  held: Payload<Float64Array> | null = null
  of = new Map<string, number>()

  async run({ act, value = 0, payload, drive }: Job): Promise<unknown> {
    this.log.push(act)
    switch (act) {
      case 'sum':
        this.progress += value
        this.of.set('last', value)
        return this.progress
      case 'large':
        return new Float64Array(value).map((_, index) => index)
      case 'throw':
        throw new OwnError('from the thread')
      case 'die':
        return process.exit(3)
      case 'hang':
        this.progress = 1
        return new Promise(() => {})
      case 'spin':
        this.progress = 1
        await pause()
        for (;;);
      case 'wait':
        this.progress = 1
        while (this.target === 0 && !this.signal.aborted) await pause()
        this.progress = this.target
        return this.signal.aborted ? 'aborted' : this.target
      case 'race':
        this.progress = 1
        while (this.target === 0) await pause()
        this.progress = 2000
        while (this.target === 1) await pause()
        return this.progress
      case 'late': {
        const isFirst = currentContext()?.attempt === 1
        this.progress = 1
        while (isFirst && !this.signal.aborted) await pause()
        await new Promise((resolve) => setTimeout(resolve, isFirst ? 50 : 400))
        return isFirst ? 'late' : 'second'
      }
      case 'read':
        return this.held?.value.length
      case 'payload':
        this.held = new Payload(new Float64Array([1, 2, 3]))
        return payload?.value.reduce((sum, each) => sum + each, 0)
      case 'drive':
        return { ids: drive?.id, files: await drive?.list() }
      case 'thread':
        return { threadId, name: currentContext()?.name }
      case 'unstorable':
        return () => 5
    }
  }
}

export { Threaded as Named }
export const notAWork = class {}
