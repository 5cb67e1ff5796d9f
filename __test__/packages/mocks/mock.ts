/** What stands in the place of a function, a property or a global. All texts are JavaScript. */
export interface Mock {
  readonly name: string
  readonly imports?: string
  /** Puts the mock there, or declares `it`. */
  readonly set: (text: string) => string
  readonly sides: readonly [string, string]
  /** What the cached function does with it. May await. */
  readonly use: string
  readonly restore: string
}

export const small = ['2', '3'] as const
export const texts = [`'one'`, `'two'`] as const
