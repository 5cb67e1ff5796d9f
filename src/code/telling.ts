/**
 * Who is only told something: loggers, metrics, spans, progress bars. What they are changes no result, as long as a function
 * looks at nothing that they give. That it does not, its text says; that nothing comes back otherwise (thrown, or by a
 * change of what is handed over), the name of what is called says, as it does to people.
 */
import { type PathUse, USE } from '../native/binding.ts'
import { attempt, isPrimitive } from './captured-value.ts'
import { type FunctionFacts, factsOf } from './facts.ts'
import { VALUED } from './use.ts'

/** Methods and functions that tell, whoever has them. */
const isTelling = oneOf(
  // Levels of logs, and what consola, signale, winston and console add to them.
  'trace debug info warn error fatal log silly verbose http notice warning crit critical alert emerg emergency success ' +
    'fav box print printf println dir table group groupCollapsed groupEnd timeEnd timeLog stopAndPersist succeed ' +
    // Metrics.
    'increment decrement inc dec observe histogram distribution timing gauge gaugeDelta setToCurrentTime incrementMetric ' +
    // Traces and errors of services.
    'setAttribute setAttributes setStatus recordException addBreadcrumb setTag setTags setExtra setExtras addTags ' +
    'noticeError addCustomAttribute addCustomAttributes breadcrumb ' +
    // What makes another one that is told in turn.
    'child getLogger createLogger startSpan startInactiveSpan startChild startTimer labels withTag withTags withPrefix',
)
/** Names that begin so tell: `logError`, `trackEvent`, `captureException`, `recordMetric`. */
const TELLING_BEGINNING = /^(?:log|debug|trace|warn|track|capture|record|report)(?!In\b|Out\b|On\b|StackTrace\b)[A-Z]/
/** Methods that tell if those who have them are told things: of others they may do anything. */
const isTellingOfTeller = oneOf(
  'start stop end fail failed finish done complete pending pause resume update set unset add count record mark event check unique ' +
    'track capture identify page screen flush forceFlush close clear reset render tick interrupt terminate stepDone ' +
    'addEvent addLink updateName setUser setContext setLevel note wait await watch star ready input data help prompt ' +
    'profile time timer text write append push send emit audit metric extend with scope',
)
/** Methods of streams that take what is told. */
const TELLING_OF_STREAM = new Set(['write', 'end', 'cork', 'uncork'])
/** The last word of the name of such a one, or of its class. */
const TELLER =
  /^(?:log|logs|logger|loggers|console|metric|metrics|telemetry|tracer|span|statsd?|dogstatsd|meter|counter|gauge|histogram|summary|spinner|spinnies|ora|progress|bar|multibar|sentry|analytics|breadcrumbs|reporter|consola|signale|pino|winston|bunyan|roarr|tracker|debug|debuglog|posthog|mixpanel|amplitude|newrelic|datadog|honeycomb|rollbar|bugsnag)$/

/**
 * Whether a text only calls what is at a path, and nobody looks at what that gives. `isAsked` says whether anybody looks at
 * what the function with the text gives back.
 */
export function isDropped({ uses }: PathUse, isAsked: boolean): boolean {
  return (uses & VALUED) === USE.called && (uses & USE.answered) === 0 && !(uses & USE.returned && isAsked)
}

/**
 * Whether what is at a path is told something and no more, given that what it gives is dropped. `name` is that of the variable;
 * `holder` is what has the method, where it is known.
 */
export function isTold(name: string, path: readonly string[], holder?: unknown): boolean {
  const [method, ...around] = [name, ...path].filter((one) => one !== 'default').toReversed()
  if (method === undefined) return false
  if (isTelling(method) || TELLING_BEGINNING.test(method)) return true
  if (path.length === 0) return isTeller(name)
  if (TELLING_OF_STREAM.has(method) && isStream(holder)) return true
  return isTellingOfTeller(method) && (around.some(isTeller) || isTeller(classNameOf(holder)))
}

/** Whether the method at the end of a path tells, if who has it is told things. */
export function mayBeTold(path: readonly string[]): boolean {
  return isTold('log', path)
}

/** Asks whether a word is one of a list. Few programs ask, so the list is only read then. */
function oneOf(list: string): (word: string) => boolean {
  let words: ReadonlySet<string> | undefined
  return (word) => (words ??= new Set(list.split(' '))).has(word)
}

/** Whether a function is neither a package's nor Node's nor the language's: it counts by its code, whoever calls it. */
export function isUsers({ stamp, reading }: FunctionFacts): boolean {
  return stamp?.[0] === 'cached' || (stamp === undefined && reading !== 'native')
}

/**
 * Whether a function of the user's may answer although nobody looks at what it gives: it throws, or changes what it is handed,
 * or uses a method of its receiver that does. `known` gives facts that are at hand.
 */
export function mayAnswer(
  fn: unknown,
  receiver: object,
  known: (fn: Function) => FunctionFacts | undefined = () => undefined,
  seen = new Set<unknown>(),
): boolean {
  if (typeof fn !== 'function' || seen.has(fn)) return false
  seen.add(fn)
  const facts = known(fn) ?? factsOf([fn], false, undefined)[0]!
  if (!isUsers(facts) || typeof facts.reading === 'string') return false
  const { features, this: own } = facts.reading
  if (features.includes('Throws') || features.includes('ChangesArguments')) return true
  return own.some(({ path }) => path.length === 1 && mayAnswer(memberOf(receiver, path[0]!), receiver, known, seen))
}

/** Undefined for an accessor: it is not run. */
function memberOf(holder: object, name: string): unknown {
  for (let at: unknown = holder; !isPrimitive(at); at = Object.getPrototypeOf(at)) {
    const property = Object.getOwnPropertyDescriptor(at, name)
    if (property !== undefined) return property.value
  }
  return undefined
}

/** Whether a name, such as `requestLogger`, `http_metrics` or `SingleBar`, is that of somebody who is told things. */
function isTeller(name: string): boolean {
  const words = name.replace(/\d+$/, '').match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g)
  const last = words?.at(-1)?.toLowerCase()
  return last !== undefined && TELLER.test(last)
}

/** Whether an object is written to: a file, a socket, the standard output. */
function isStream(holder: unknown): boolean {
  if (isPrimitive(holder)) return false
  const { write, pipe } = holder as { write?: unknown; pipe?: unknown }
  return typeof write === 'function' && typeof pipe === 'function'
}

function classNameOf(value: unknown): string {
  const found = attempt(() => (value as object).constructor.name)
  return typeof found === 'string' ? found : ''
}
