import { builtin } from './builtin.ts'

/** Does something with a file, by its descriptor, while it is open to be read. */
export function withOpenFile<T>(path: string, act: (descriptor: number) => T): T {
  const { closeSync, openSync } = builtin('node:fs')
  const descriptor = openSync(path, 'r')
  try {
    return act(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
