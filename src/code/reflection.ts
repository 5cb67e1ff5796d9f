/**
 * What functions captured, read through V8's inspector in the thread that asks. The only file that uses the inspector.
 */
import type { Runtime, Session } from 'node:inspector'
import { require } from '../platform/builtin.ts'

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
  readonly bound: { target: Function; receiver: unknown; args: readonly unknown[] } | undefined
  readonly isProxy: boolean
}

type Inspector = typeof import('node:inspector')
type Found = { scriptId: string | undefined; scopes: number | undefined; bound: number[] | undefined; isProxy: boolean }

const GROUP = 'engram'
const STASH = '__engram_reflection__'
/** Functions asked about at once. What is asked for comes back as the arguments of one call, which have to fit the stack. */
const LOT = 256
const BOUND = ['[[TargetFunction]]', '[[BoundThis]]', '[[BoundArgs]]']

let inspector: Inspector | undefined
let session: Session | undefined
let taken: unknown[] = []
const stash: { functions: readonly Function[] | undefined } = { functions: undefined }
Object.defineProperty(stash, 'take', { value: (values: unknown[]) => (taken = values) })

/**
 * Reflects several functions, which costs little more than one.
 *
 * @throws where there is no inspector, or it must not be used (`node --permission`).
 */
export function reflectAll(functions: readonly Function[]): Reflection[] {
  const found: Reflection[] = []
  for (let from = 0; from < functions.length; from += LOT) found.push(...reflectLot(functions.slice(from, from + LOT)))
  return found
}

function reflectLot(functions: readonly Function[]): Reflection[] {
  stash.functions = functions
  try {
    const id = stashId()
    const slot = properties(id).result.find(({ name }) => name === 'functions')
    const items = properties(slot!.value!.objectId!).result.filter(({ name }) => /^\d+$/.test(name))
    const wanted: Runtime.CallArgument[] = []
    const found = items.map((item) => request(item.value!.objectId!, wanted))
    const functionDeclaration = 'function(...values){this.take(values)}'
    // What is called is compiled, and an attached debugger hears of it: so one call reads everything back.
    post('Runtime.callFunctionOn', { objectId: id, functionDeclaration, arguments: wanted, silent: true })
    return found.map(answered)
  } finally {
    stash.functions = undefined
    taken = []
    // What is not released is kept alive, and so is all that the scopes hold.
    if (session !== undefined) post('Runtime.releaseObjectGroup', { objectGroup: GROUP })
  }
}

/** The URL of a script, as loaders gave it; undefined where it has none. Lists all scripts: some milliseconds. */
export function scriptUrls(): Map<string, string> {
  const urls = new Map<string, string>()
  post('Profiler.enable')
  // It names scripts without making digests of them, which Debugger.enable would.
  const { result } = post('Profiler.getBestEffortCoverage') as { result: { scriptId: string; url: string }[] }
  for (const { scriptId, url } of result) urls.set(scriptId, url)
  return urls
}

/** As `scriptUrls`, complete and dear. */
export function allScriptUrls(): Map<string, string> {
  const urls = new Map<string, string>()
  const note = ({ params }: { params: { scriptId: string; url: string } }): void => {
    urls.set(params.scriptId, params.url)
  }
  open().on('Debugger.scriptParsed', note)
  post('Debugger.enable')
  post('Debugger.disable')
  open().off('Debugger.scriptParsed', note)
  return urls
}

function open(): Session {
  if (session !== undefined) return session
  // Loading it takes two milliseconds, for which functions that capture nothing need not wait.
  inspector = require('node:inspector') as Inspector
  const opening = new inspector.Session()
  opening.connect()
  return (session = opening)
}

function post(method: string, parameters?: object): unknown {
  let failure: Error | null = null
  let answer: { exceptionDetails?: Runtime.ExceptionDetails } | undefined
  // In the same thread the callback has run when post returns.
  ;(
    open() as {
      post(method: string, parameters: object | undefined, done: (error: Error | null, answer?: object) => void): void
    }
  ).post(method, parameters, (error, result) => {
    failure = error
    answer = result
  })
  if (failure !== null) throw new Error(`${method}: ${(failure as Error).message}`)
  if (answer?.exceptionDetails !== undefined) throw new Error(`${method}: ${answer.exceptionDetails.text}`)
  return answer
}

function properties(objectId: string): Runtime.GetPropertiesReturnType {
  return post('Runtime.getProperties', { objectId, ownProperties: true }) as Runtime.GetPropertiesReturnType
}

/**
 * The stash is in reach of the main context during this one evaluation. Node's own modules are the same objects in every
 * context, `globalThis` is not.
 */
function stashId(): string {
  open()
  const expression = `process.getBuiltinModule('node:inspector').Session[${JSON.stringify(STASH)}]`
  const holder = inspector!.Session as unknown as Record<string, unknown>
  Object.defineProperty(holder, STASH, { value: stash, configurable: true })
  try {
    const evaluated = post('Runtime.evaluate', { expression, silent: true, objectGroup: GROUP })
    return (evaluated as Runtime.EvaluateReturnType).result.objectId!
  } finally {
    delete holder[STASH]
  }
}

function request(objectId: string, wanted: Runtime.CallArgument[]): Found {
  const { internalProperties = [] } = properties(objectId)
  const at = new Map(internalProperties.map(({ name, value }) => [name, value]))
  const want = (name: string): number | undefined => {
    const value = at.get(name)
    if (value === undefined) return undefined
    const { objectId: id, unserializableValue } = value
    if (id !== undefined) return wanted.push({ objectId: id }) - 1
    return wanted.push(unserializableValue === undefined ? { value: value.value } : { unserializableValue }) - 1
  }
  const location = at.get('[[FunctionLocation]]')?.value as { scriptId: string } | undefined
  const bound = at.has('[[TargetFunction]]') ? BOUND.map((name) => want(name)!) : undefined
  return { scriptId: location?.scriptId, scopes: want('[[Scopes]]'), bound, isProxy: at.has('[[Handler]]') }
}

function answered({ scriptId, scopes, bound, isProxy }: Found): Reflection {
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
