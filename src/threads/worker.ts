import { loadAsProgram } from '../run/loader.ts'
import type { ThreadAnswer, ThreadTask } from './message.ts'

let loading: Promise<void> | undefined

/**
 * What piscina calls in each of its threads. It requires this file where it can, and what that brings may be a second copy of modules
 * that programs import (under tsx): so all else is imported.
 */
export default async function work(task: ThreadTask): Promise<ThreadAnswer> {
  await (loading ??= loadAsProgram())
  const { runTask } = await import('./thread.ts')
  return runTask(task)
}
