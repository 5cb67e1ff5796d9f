/**
 * V8's inspector, in the thread that asks. The only file that imports it.
 */
import type { Runtime, Session } from 'node:inspector'
import { builtin } from '../platform/builtin.ts'

export type { Runtime }

type Done = (error: Error | null, answer?: object) => void

const PASSED = '__engram_passed__'

let session: Session | undefined

/**
 * What the inspector answers.
 *
 * @throws where there is no inspector, where it must not be used (`node --permission`), and where it refuses.
 */
export function post(method: string, parameters?: object): unknown {
  let failure: Error | null = null
  let answer: { exceptionDetails?: Runtime.ExceptionDetails } | undefined
  const opened = open() as { post(method: string, parameters: object | undefined, done: Done): void }
  // In the same thread the callback has run when post returns.
  opened.post(method, parameters, (error, result) => {
    failure = error
    answer = result
  })
  if (failure !== null) throw new Error(`${method}: ${(failure as Error).message}`)
  if (answer?.exceptionDetails !== undefined) throw new Error(`${method}: ${answer.exceptionDetails.text}`)
  return answer
}

/** Does something while a listener hears of an event. */
export function listening<T>(event: string, listener: (message: { params: any }) => void, act: () => T): T {
  const opened = open()
  opened.on(event, listener)
  try {
    return act()
  } finally {
    opened.off(event, listener)
  }
}

/**
 * Puts an object in the main context's reach during one evaluation there, and gives the inspector's number of it. Node's
 * own classes are the same objects in every context, globals are not; and `process` is an event emitter, as a session is.
 */
export function objectIdOf(object: object): string {
  open()
  const emitter = Object.getPrototypeOf(builtin('node:inspector').Session) as Record<string, unknown>
  const expression = `Object.getPrototypeOf(Object.getPrototypeOf(process)).constructor[${JSON.stringify(PASSED)}]`
  Object.defineProperty(emitter, PASSED, { value: object, configurable: true })
  try {
    const { result } = post('Runtime.evaluate', { expression, silent: true }) as Runtime.EvaluateReturnType
    if (result.objectId === undefined) throw new Error('Runtime.evaluate: the main context does not see the object')
    return result.objectId
  } finally {
    delete emitter[PASSED]
  }
}

function open(): Session {
  if (session !== undefined) return session
  // Loading it takes two milliseconds, for which functions that capture nothing need not wait.
  const { Session } = builtin('node:inspector')
  const opening = new Session()
  opening.connect()
  return (session = opening)
}
