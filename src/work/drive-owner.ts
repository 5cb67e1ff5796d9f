import { builtin } from '../platform/builtin.ts'
import { workError } from './error.ts'

/** Who owns what is put outside of every component: all of it has one owner, over all programs. */
export const OUTSIDE = ''

/** Whose code runs: a component's, by its name, or a flow's own, which may not use drives. */
type Running = { readonly owner: string } | 'flow'

let running: InstanceType<typeof import('node:async_hooks').AsyncLocalStorage<Running>> | undefined

function storage(): NonNullable<typeof running> {
  return (running ??= new (builtin('node:async_hooks').AsyncLocalStorage)())
}

/** Runs what a component does: what it puts into drives is its own. For the app, and in a thread for what calls the work there. */
export function withOwner<T>(component: string, body: () => T): T {
  return storage().run({ owner: component }, body)
}

/** Runs a flow's own code, which says what works do: it moves no files itself, as in Lightning. */
export function inFlow<T>(body: () => T): T {
  return storage().run('flow', body)
}

/** The component that runs, else `OUTSIDE`. @throws EngramError ERR_WORK in a flow. */
export function ownerOf(act: string): string {
  const now = running?.getStore()
  if (now === undefined) return OUTSIDE
  if (now === 'flow') throw workError(`A flow cannot ${act} files of a drive: a work can. Give the drive to one.`)
  return now.owner
}
