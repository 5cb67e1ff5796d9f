// The cache context and what it returns.
export { Memory } from './src/memory.ts'
export type { MemoryOptions, Mode } from './src/memory-options.ts'
export type { CachedFunction } from './src/cached-function.ts'
export type { MethodDecoratorOfMemory, MethodOptions } from './src/cached-method.ts'

// What enters a key, and when an entry may be used.
export type { AnyFunction, CacheOptions, CustomKey, Strategy } from './src/cache-options.ts'
export { FileRef, env, fileOf, hashMethod, packageOf, withHash } from './src/dependency.ts'
export type { HashMethod } from './src/dependency.ts'
export { expiresAfter } from './src/expires-after.ts'
export type { Age } from './src/expires-after.ts'
export type { ValueCodec } from './src/type-registry.ts'
export type { Duration } from './src/duration.ts'

// How much a store may hold.
export type { Limits } from './src/limits.ts'
export type { ByteSize } from './src/byte-size.ts'

// What is stored, and what became of calls.
export type { EntryFilter, EntryInfo, Lookup, MissReason } from './src/entry-info.ts'
export type { CallEvent, CallListener } from './src/call-event.ts'
export type { Explanation, KeyChange } from './src/explanation.ts'
export type { FunctionStats } from './src/function-stats.ts'
export type { MemoryStats } from './src/memory-stats.ts'

// What may go wrong.
export { EngramError } from './src/error.ts'
export type { EngramErrorCode, EngramErrorDetails } from './src/error.ts'
