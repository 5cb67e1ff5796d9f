import { builtin } from '../platform/builtin.ts'
import { classNameOf } from './builtin-class.ts'

const { types } = builtin('node:util')

/** A kind of thing that is no data, in words. */
export interface UnstorableKind {
  /** What it is, and why it has no value: "a stream, which is used up by reading it". */
  readonly what: string
  /** What to pass in its place, or to do about the argument. */
  readonly asArgument: string
  /** What to return in its place. */
  readonly asResult: string
}

const LEAVE_OUT = 'leave it out of the key with `ignore`'

/** The first that says yes. None of them can be made again from bytes: registering its class would not help. */
const KINDS: readonly (readonly [is: (value: object) => boolean, UnstorableKind])[] = [
  [
    types.isPromise,
    kind('a promise, which has no value yet', 'await it before the call', 'Await it before you return'),
  ],
  [types.isWeakMap, kind('a WeakMap, whose entries cannot be listed', `pass a Map, or ${LEAVE_OUT}`, 'Return a Map')],
  [types.isWeakSet, kind('a WeakSet, whose items cannot be listed', `pass a Set, or ${LEAVE_OUT}`, 'Return a Set')],
  [
    (value) => isTagged(value, 'WeakRef'),
    kind('a WeakRef, whose target may be collected', 'pass the object', 'Return the object'),
  ],
  [
    isOneOf('Response', 'Request'),
    kind(
      'a message of fetch, whose body is a stream',
      'pass what it holds (`await response.json()`)',
      'Return what it holds, as `await response.json()` gives it',
    ),
  ],
  [
    isOneOf('AbortSignal', 'AbortController'),
    kind('a signal, which says when to stop and not what to compute', LEAVE_OUT, 'Return data'),
  ],
  [
    isSocket,
    kind(
      'a network connection, which no data stands for',
      `${LEAVE_OUT}, and pass what it is to give`,
      'Return what came over it',
    ),
  ],
  [
    isStream,
    kind(
      'a stream, which is used up by reading it',
      `pass its content, or ${LEAVE_OUT}`,
      'Read it, and return its content',
    ),
  ],
  [
    isIterator,
    kind('an iterator, which is used up by reading it', 'pass an array of its items', 'Return an array of its items'),
  ],
  [
    isEmitter,
    kind(
      'an event emitter, as clients and servers are, which no data stands for',
      `${LEAVE_OUT}, and pass what it is asked for`,
      'Return what it gave',
    ),
  ],
  [types.isExternal, kind('a native handle, which no data stands for', LEAVE_OUT, 'Return data')],
  [
    isOneOf(
      'MessagePort',
      'MessageChannel',
      'BroadcastChannel',
      'Worker',
      'WebSocket',
      'EventSource',
      'FinalizationRegistry',
    ),
    kind('a handle of this process, which no data stands for', LEAVE_OUT, 'Return data'),
  ],
  [types.isModuleNamespaceObject, kind('a module', `pass what it exports, or ${LEAVE_OUT}`, 'Return what it exports')],
]

function kind(what: string, asArgument: string, asResult: string): UnstorableKind {
  return { what, asArgument, asResult }
}

/** What a thing is that no codec could store; undefined for an instance of some class. */
export function unstorableKindOf(value: object): UnstorableKind | undefined {
  return KINDS.find(([is]) => is(value))?.[1]
}

/** What to call the class of a value. */
export function nameOfClass(value: object): string {
  const prototype = Object.getPrototypeOf(value) as object | null
  return (prototype !== null && classNameOf(prototype)) || 'an unnamed class'
}

/** Whether the class of a value, or one that it extends, is of one of these names. */
function isOneOf(...names: string[]): (value: object) => boolean {
  return (value) => {
    for (let at = prototypeOf(value); at !== null; at = prototypeOf(at))
      if (names.includes(classNameOf(at))) return true
    return false
  }
}

function prototypeOf(value: object): object | null {
  return Object.getPrototypeOf(value) as object | null
}

function isTagged(value: object, tag: string): boolean {
  return Object.prototype.toString.call(value) === `[object ${tag}]`
}

function isSocket(value: object): boolean {
  return isOneOf('Socket', 'Http2Session', 'Agent')(value)
}

function isStream(value: object): boolean {
  if (isOneOf('ReadableStream', 'WritableStream', 'TransformStream')(value)) return true
  return hasMethods(value, 'pipe', 'on') || hasMethods(value, 'write', 'end', 'on')
}

function isIterator(value: object): boolean {
  return hasMethods(value, 'next') && (Symbol.iterator in value || Symbol.asyncIterator in value)
}

function isEmitter(value: object): boolean {
  return hasMethods(value, 'on', 'emit') || hasMethods(value, 'addEventListener', 'dispatchEvent')
}

function hasMethods(value: object, ...names: string[]): boolean {
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
}
