/**
 * How instances of a class are stored and what stands for them in a key. What a codec throws keeps a result from being
 * stored (ERR_UNSERIALIZABLE) or an argument from being hashed (ERR_UNHASHABLE); thrown by `decode`, the entry counts as
 * damaged, and the function runs again.
 */
export interface ValueCodec<T> {
  /** Stable name under which instances are stored; renaming it makes stored instances unreadable. */
  name: string
  /** Turns an instance into a value that engram can store; other registered instances may be in it. */
  encode(value: T): unknown
  /** Makes an instance again from what `encode` returned. */
  decode(stored: any): T
  /** What stands for the instance in a key: any value that can be hashed. Default: what `encode` returns. */
  key?: ((value: T) => unknown) | undefined
}
