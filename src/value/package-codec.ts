/**
 * How the classes of one package are stored and hashed: one of the ready codecs of `engram/codecs`. It imports nothing of
 * its package, but is given the class, or what holds it: `memory.register(Decimal, decimal)`.
 */
export interface PackageCodec {
  /**
   * Stable name under which instances are stored; where a package has several classes, a dot and the name of the class
   * follow. Two registrations need two names: `memory.register(Money, { ...bignumber, name: 'money' })`.
   */
  readonly name: string
  /** What it is registered with, in words. */
  readonly takes: string
  /** The classes that are in what was given to `register`. Empty if that has nothing to do with the package. */
  codecsOf(library: object): readonly PackageClass[]
}

/** How one class of a package is stored and hashed: a `ValueCodec`, and whose it is. */
export interface PackageClass {
  /** What follows the name of the package; empty for its only class. */
  readonly name: string
  /** The prototype of its instances, or what tells their prototypes, where the package makes classes as it needs them. */
  readonly prototype: object | ((prototype: object) => boolean)
  /** Turns an instance into a value that engram can store. */
  encode(value: any): unknown
  /** Makes an instance again from what `encode` returned. */
  decode(stored: any): unknown
  /** What stands for the instance in a key. Default: what `encode` returns. */
  key?: ((value: any) => unknown) | undefined
}
