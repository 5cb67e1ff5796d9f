import type { Memory } from '../../../index.ts'

/** Values of one package. */
export interface Subject {
  /** As a user registers them. */
  register(memory: Memory): void
  /** No two of them are equal. */
  readonly values: Record<string, () => unknown>
  /** Others that equal the value of their name. */
  readonly equal?: Record<string, () => unknown>
  /** What a program sees of a value. Default: its text. */
  shown?(value: any): unknown
}
