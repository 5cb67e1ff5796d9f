/**
 * Objects of the platform whose state nobody can see: by what they are called, for people.
 */
import { builtin } from '../platform/builtin.ts'
import { attempt } from './captured-value.ts'
import { isNative } from './facts.ts'

const types = builtin('node:util/types')

/** Classes of Node's modules by their names. Who has an instance has loaded the module. */
const OF_MODULES: Readonly<Record<string, readonly [module: string, kind: string]>> = {
  TLSSocket: ['node:tls', 'a network socket'],
  Socket: ['node:net', 'a network socket'],
  Server: ['node:net', 'a server'],
  Http2Session: ['node:http2', 'a network connection'],
  Worker: ['node:worker_threads', 'a worker thread'],
  ChildProcess: ['node:child_process', 'a child process'],
  AsyncLocalStorage: ['node:async_hooks', 'an asynchronous context'],
  AsyncResource: ['node:async_hooks', 'an asynchronous resource'],
  KeyObject: ['node:crypto', 'a cryptographic key'],
  Script: ['node:vm', 'a compiled script'],
  Interface: ['node:readline', 'a terminal'],
  DatabaseSync: ['node:sqlite', 'a database connection'],
  Stream: ['node:stream', 'a stream'],
}

/** Globals by their names. */
const OF_GLOBALS: Readonly<Record<string, string>> = {
  AbortSignal: 'an abort signal',
  AbortController: 'an abort controller',
  ReadableStream: 'a stream',
  WritableStream: 'a stream',
  TransformStream: 'a stream',
  CompressionStream: 'a stream',
  DecompressionStream: 'a stream',
  TextDecoderStream: 'a stream',
  TextEncoderStream: 'a stream',
  Response: 'a response',
  Request: 'a request',
  WebSocket: 'a network socket',
  EventSource: 'a network connection',
  BroadcastChannel: 'a message channel',
  MessageChannel: 'a message channel',
  MessagePort: 'a message port',
  CryptoKey: 'a cryptographic key',
  FinalizationRegistry: 'a finalization registry',
  PerformanceObserver: 'a performance observer',
}

/** Classes of Node's that programs cannot name. */
const UNNAMED: Readonly<Record<string, string>> = {
  Timeout: 'a timer',
  Immediate: 'a timer',
  FileHandle: 'an open file',
  FSWatcher: 'a file watcher',
  StatWatcher: 'a file watcher',
}

/** What an object is, whose chain of classes has these names, if nobody can see its state. */
export function hostKindOf(value: object, names: readonly string[]): string | undefined {
  if (types.isExternal(value)) return 'a native handle'
  if (types.isGeneratorObject(value) || hasNativeNext(value)) return 'an iterator'
  if (names.includes('Tensor') && 'dataId' in value) return 'a tensor'
  for (const name of names) {
    const kind = hostKindByName(value, name)
    if (kind !== undefined) return kind
  }
  return undefined
}

function hostKindByName(value: object, name: string): string | undefined {
  const global = Object.hasOwn(OF_GLOBALS, name) ? OF_GLOBALS[name] : undefined
  if (global !== undefined && isInstance(value, (globalThis as Record<string, unknown>)[name])) return global
  if (Object.hasOwn(OF_MODULES, name)) {
    const [module, kind] = OF_MODULES[name]!
    const found = attempt(() => (builtin(module as 'node:vm') as unknown as Record<string, unknown>)[name])
    if (isInstance(value, found)) return kind
    // Of one name there are several, as of sockets: they are streams or event emitters of Node's.
    if (name === 'Socket' && isInstance(value, (builtin('node:dgram') as unknown as Record<string, unknown>)[name]))
      return kind
  }
  return Object.hasOwn(UNNAMED, name) ? UNNAMED[name] : undefined
}

function isInstance(value: object, type: unknown): boolean {
  return typeof type === 'function' && attempt(() => value instanceof type) === true
}

/** As iterators of the language have it, whose place nobody can see. */
function hasNativeNext(value: object): boolean {
  const next: unknown = attempt(() => (value as Iterator<unknown>).next)
  return typeof next === 'function' && isNative(next)
}
