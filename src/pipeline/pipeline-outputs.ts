import type { AnyStep, Step, UnnamedOutputs } from './step-types.ts'

/** The outputs of a pipeline of which nothing is known. */
export type Loose = Record<string, any>
/** Without what is said where nothing is known. */
type Known<A> = keyof UnnamedOutputs extends keyof A ? A : string extends keyof A ? {} : A
/** What steps publish, by name. */
export type PublishedBy<S extends readonly AnyStep[]> = S extends readonly [
  infer H,
  ...infer T extends readonly AnyStep[],
]
  ? (H extends Step<any, any, infer P> ? P : {}) & PublishedBy<T>
  : S extends readonly []
    ? {}
    : UnnamedOutputs
/** Outputs that are known, and others besides. */
export type Grown<A, B> = keyof B extends never ? A : Known<A> & B
