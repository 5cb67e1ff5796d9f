import { noteLooks } from '../fingerprint/file-ref.ts'
import { Changes } from './changes.ts'
import { canRestart, restarted, sayWatching } from './restart.ts'

/** What is run again and again. */
export interface Watched<R> {
  readonly run: () => Promise<R>
  /** The source files of its code: absolute paths. */
  readonly codeFiles: () => ReadonlySet<string>
  readonly signal: AbortSignal | undefined
}

/**
 * Gives what a run gives, and what another gives each time that a file changed which the one before looked at. Where code changed,
 * the program is started anew, and this one waits for it.
 */
export async function* watched<R>({ run, codeFiles, signal }: Watched<R>): AsyncGenerator<R, void, void> {
  const changes = new Changes()
  const isOver = (): boolean => signal?.aborted === true
  // oxlint-disable no-await-in-loop -- one run after the other
  try {
    while (!isOver()) {
      if (canRestart()) followCode(changes, codeFiles())
      const looked = new Map<string, string>()
      const result = await lookedAt(run, looked)
      changes.followFiles(looked)
      yield result
      if ((await changes.next(signal)) === 'code') return await restarted(codeFiles(), signal)
    }
  } finally {
    changes.close()
  }
  // oxlint-enable no-await-in-loop
}

function followCode(changes: Changes, files: ReadonlySet<string>): void {
  changes.followCode(files)
  sayWatching(files)
}

async function lookedAt<R>(run: () => Promise<R>, looked: Map<string, string>): Promise<R> {
  const end = noteLooks(looked)
  try {
    return await run()
  } finally {
    end()
  }
}
