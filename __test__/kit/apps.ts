import type { ExecutionContext } from 'ava'
import { App, type AppOptions, type Flow, type Work } from '../../index.ts'
import { within } from './deadline.ts'
import { openMemory } from './temporary-store.ts'

/** A turn of the event loop, and some milliseconds. */
export const pause = (ms = 2): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** An app with a store of its own unless `options` name one; stopped after the test. */
export function openApp<R extends Flow | Work>(t: ExecutionContext, root: R, options: AppOptions = {}): App<R> {
  const app = new App<R>(root, { memory: options.memory ?? openMemory(t), ...options })
  t.teardown(() => app.stop())
  return app
}

/** Runs an app to its end. */
export async function runApp<R extends Flow | Work>(
  t: ExecutionContext,
  root: R,
  options: AppOptions = {},
): Promise<App<R>> {
  const app = openApp(t, root, options)
  await within('the end of the app', app.start())
  return app
}

/** Runs an app that must fail, and gives what it failed with. */
export async function failureOf(t: ExecutionContext, root: Flow | Work, options: AppOptions = {}): Promise<unknown> {
  try {
    await runApp(t, root, options)
  } catch (error) {
    return error
  }
  throw new Error('the app did not fail')
}

/** What a call waits for, until `open` lets it go on. */
export class Gate {
  open!: () => void
  readonly opened = new Promise<void>((resolve) => (this.open = resolve))
}
