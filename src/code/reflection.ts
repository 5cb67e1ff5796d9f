/**
 * What functions captured, read through V8's inspector.
 */
import { type Runtime, objectIdOf, post } from './inspector.ts'

/** One of the scopes around a function. */
export interface Scope {
  /** V8's name for it: `Module`, `Block`, `Closure (make)`. */
  readonly type: string
  /** The variables and their values of this moment. A variable that has no value yet may throw when it is read. */
  readonly values: Readonly<Record<string, unknown>>
}

export interface Reflection {
  /** The script that defines the function; undefined for native code. */
  readonly scriptId: string | undefined
  /** Innermost first, without the global one. */
  readonly scopes: readonly Scope[]
  /** Of a bound function. */
  readonly bound: Bound | undefined
  readonly isProxy: boolean
}

/** What a bound function was made of. */
export interface Bound {
  readonly target: Function
  readonly receiver: unknown
  readonly args: readonly unknown[]
}

/** What the inspector says of a function. Values are places among those that are asked for. */
interface Asked {
  readonly scriptId: string | undefined
  readonly scopes: number | undefined
  readonly bound: readonly number[] | undefined
  readonly isProxy: boolean
}

/** As V8's protocol has it; the types of Node leave it out. */
interface PrivateProperty {
  readonly name: string
  readonly value?: Runtime.RemoteObject
}

const GROUP = 'engram'
/** Functions asked about at once. What is asked for comes back as the arguments of one call, which have to fit the stack. */
const MOST_ASKED = 256
const BOUND = ['[[TargetFunction]]', '[[BoundThis]]', '[[BoundArgs]]']

let taken: unknown[] = []
/** Through this, objects go to the inspector and values come back. */
const door: { objects: readonly object[] } = { objects: [] }
Object.defineProperty(door, 'take', { value: (values: unknown[]) => (taken = values) })
let doorId: string | undefined

/**
 * Reflects several functions, which costs little more than one.
 *
 * @throws where there is no inspector, or it must not be used (`node --permission`).
 */
export function reflectAll(functions: readonly Function[]): Reflection[] {
  const found: Reflection[] = []
  for (let from = 0; from < functions.length; from += MOST_ASKED)
    found.push(...reflectLot(functions.slice(from, from + MOST_ASKED)))
  return found
}

function reflectLot(functions: readonly Function[]): Reflection[] {
  return lookInto(functions, (ids) => {
    const wanted: Runtime.CallArgument[] = []
    const asked = ids.map((id) => askFor(id, wanted))
    takeBack(wanted)
    return asked.map(answered)
  })
}

/**
 * The private fields of an object, a parent's after those of the class.
 *
 * @throws where there is no inspector, or it must not be used (`node --permission`).
 */
export function fieldsOf(object: object): [string, unknown][] {
  return lookInto([object], ([id]) => {
    const { privateProperties = [] } = properties(id!) as { privateProperties?: PrivateProperty[] }
    const fields = privateProperties.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]))
    takeBack(fields.map(({ value }) => argumentOf(value)))
    return fields.map(({ name }, index) => [name, taken[index]] as [string, unknown])
  })
}

/** What a proxy stands before, and what it does; undefined for one that was revoked. */
export interface Proxied {
  readonly target: unknown
  readonly handler: unknown
}

const proxied = new WeakMap<object, Proxied>()

/** @throws where there is no inspector, or it must not be used (`node --permission`). */
export function proxiedBy(proxy: object): Proxied {
  let known = isRevoked(proxy) ? undefined : proxied.get(proxy)
  if (known === undefined) proxied.set(proxy, (known = lookBehind(proxy)))
  return known
}

/** The one thing that can become of a proxy. */
function isRevoked(proxy: object): boolean {
  try {
    Array.isArray(proxy)
    return false
  } catch {
    return true
  }
}

function lookBehind(proxy: object): Proxied {
  return lookInto([proxy], ([id]) => {
    const { internalProperties = [] } = properties(id!)
    const found = ['[[Target]]', '[[Handler]]'].map(
      (name) => internalProperties.find((one) => one.name === name)?.value,
    )
    takeBack(found.map((value) => (value === undefined ? {} : argumentOf(value))))
    return { target: taken[0], handler: taken[1] }
  })
}

/** What a promise was fulfilled with; undefined for one that was not, or not yet. */
export function fulfilmentOf(promise: Promise<unknown>): { readonly value: unknown } | undefined {
  return lookInto([promise], ([id]) => {
    const { internalProperties = [] } = properties(id!)
    const at = new Map(internalProperties.map(({ name, value }) => [name, value]))
    if (at.get('[[PromiseState]]')?.value !== 'fulfilled') return undefined
    takeBack([argumentOf(at.get('[[PromiseResult]]')!)])
    return { value: taken[0] }
  })
}

/** Does something with the inspector's numbers of objects. */
function lookInto<T>(objects: readonly object[], look: (ids: readonly string[]) => T): T {
  door.objects = objects
  try {
    doorId ??= objectIdOf(door)
    const listed = call('function(){return this.objects}', { objectGroup: GROUP }).result.objectId!
    const items = properties(listed).result.filter(({ name }) => /^\d+$/.test(name))
    return look(items.map((item) => item.value!.objectId!))
  } finally {
    door.objects = []
    taken = []
    // What is not released is kept alive, and so is all that the scopes hold.
    if (doorId !== undefined) post('Runtime.releaseObjectGroup', { objectGroup: GROUP })
  }
}

/** What is called is compiled, and an attached debugger hears of it: so one call reads everything back. */
function takeBack(wanted: readonly Runtime.CallArgument[]): void {
  call('function(...values){this.take(values)}', { arguments: wanted })
}

function argumentOf({ objectId, unserializableValue, value }: Runtime.RemoteObject): Runtime.CallArgument {
  if (objectId !== undefined) return { objectId }
  return unserializableValue === undefined ? { value: value as unknown } : { unserializableValue }
}

function call(functionDeclaration: string, parameters: object): Runtime.CallFunctionOnReturnType {
  const called = { objectId: doorId, functionDeclaration, silent: true, ...parameters }
  return post('Runtime.callFunctionOn', called) as Runtime.CallFunctionOnReturnType
}

function properties(objectId: string): Runtime.GetPropertiesReturnType {
  return post('Runtime.getProperties', { objectId, ownProperties: true }) as Runtime.GetPropertiesReturnType
}

/** What the inspector tells of a function; values that are to be read back are added to `wanted`. */
function askFor(objectId: string, wanted: Runtime.CallArgument[]): Asked {
  const { internalProperties = [] } = properties(objectId)
  const at = new Map(internalProperties.map(({ name, value }) => [name, value]))
  const want = (name: string): number | undefined => {
    const value = at.get(name)
    if (value === undefined) return undefined
    return wanted.push(argumentOf(value)) - 1
  }
  const location = at.get('[[FunctionLocation]]')?.value as { scriptId: string } | undefined
  const bound = at.has('[[TargetFunction]]') ? BOUND.map((name) => want(name)!) : undefined
  return { scriptId: location?.scriptId, scopes: want('[[Scopes]]'), bound, isProxy: at.has('[[Handler]]') }
}

function answered({ scriptId, scopes, bound, isProxy }: Asked): Reflection {
  const listed = scopes === undefined ? [] : Array.from(taken[scopes] as { description: string; object: object }[])
  const around = listed.filter(({ description }) => description !== 'Global')
  return {
    scriptId,
    scopes: around.map(({ description, object }) => ({ type: description, values: object as Scope['values'] })),
    bound: bound && {
      target: taken[bound[0]!] as Function,
      receiver: taken[bound[1]!],
      args: Array.from(taken[bound[2]!] as unknown[]),
    },
    isProxy,
  }
}
