import type { AnyFunction } from './wrapped.ts'

/**
 * Parameters and result of each signature of a function, as a union of pairs: of overloads, the last eight. TypeScript
 * repeats the first signature where there are fewer. never for generic signatures that it cannot express without their
 * type parameters.
 */
type Signatures<F> = F extends {
  (this: any, ...args: infer A1): infer R1
  (this: any, ...args: infer A2): infer R2
  (this: any, ...args: infer A3): infer R3
  (this: any, ...args: infer A4): infer R4
  (this: any, ...args: infer A5): infer R5
  (this: any, ...args: infer A6): infer R6
  (this: any, ...args: infer A7): infer R7
  (this: any, ...args: infer A8): infer R8
}
  ? [A1, R1] | [A2, R2] | [A3, R3] | [A4, R4] | [A5, R5] | [A6, R6] | [A7, R7] | [A8, R8]
  : never

/** As many arguments, of any types. */
type Loose<A> = { [Index in keyof A]: any }

/** `A` where that is all that `F` takes. Type parameters are not part of `A`, so it may be less: then the types are let go of. */
type Accepted<F, A extends any[]> = ((this: any, ...args: A) => any) & Pick<F, keyof F> extends F ? A : Loose<A>

/**
 * The arguments that a function takes, in any of its overloads. Those of a generic function are `any` where they depend on
 * its type parameters in ways that only a call can resolve.
 */
export type CallParameters<F extends AnyFunction> =
  // Part of the union in any case, so that generic code may pass `Parameters<F>` on.
  Parameters<F> | ([Signatures<F>] extends [never] ? Loose<Parameters<F>> : Accepted<F, Signatures<F>[0]>)

/** What a function returns, in any of its overloads. */
export type CallResult<F extends AnyFunction> = unknown extends F
  ? any
  : [Signatures<F>] extends [never]
    ? ReturnType<F>
    : Signatures<F>[1]
