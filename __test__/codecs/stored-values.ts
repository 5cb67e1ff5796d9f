import { Memory, type MemoryOptions } from '../../index.ts'
import type { Subject } from './subjects/subject.ts'

/** A memory that knows the classes of a subject, with the functions whose results and arguments its values are. */
export interface SubjectMemory {
  readonly memory: Memory
  value(name: string): unknown
  keyOf(value: unknown): string
}

/** Each has a memory of its own: two instances of one package cannot be registered with the same. */
export function memoryOf(name: string, subject: Subject, options: MemoryOptions): SubjectMemory {
  const memory = new Memory({ onError: 'throw', ...options })
  subject.register(memory)
  const value = memory.cache((one: string) => subject.values[one]!(), {
    name: `value of ${name}`,
    version: '1',
    captures: { ignore: ['subject'] },
  })
  const taking = memory.cache((_value: unknown) => 0, { name: `taking ${name}`, version: '1' })
  return { memory, value, keyOf: (one) => taking.key(one) }
}
