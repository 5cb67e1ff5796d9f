/**
 * What all instances of one prototype have in common: their classes, and where their state lies.
 */
import { textOf } from '../function/text.ts'
import { builtin } from '../platform/builtin.ts'
import { classOf, hasData } from './class-chain.ts'
import { isNative } from './facts.ts'
import { hostKindOf } from './host-object.ts'
import { type Keeper, keepersBehind, keepersHanded, keepersOf } from './keepers.ts'

const types = builtin('node:util/types')

export interface KnownKind {
  /** Innermost first. */
  readonly classes: readonly Function[]
  /** Objects that an instance inherits from and that belong to no class. */
  readonly holders: readonly object[]
  /** The prototype of the built-in type that they derive from. */
  readonly builtin: object | undefined
  readonly omitted: ReadonlySet<string> | undefined
  readonly isShaped: boolean
  /** Whether the classes may have private fields. */
  readonly hasPrivates: boolean
  /** Weak maps in which compilers, or people, keep state of instances, by the names of their variables. */
  readonly keepers: ReadonlyMap<string, Keeper>
  /** What an instance is, if nobody can see its state. */
  readonly host: string | undefined
}

/** What an agent is about at the moment: it says nothing of how it was made. */
const OF_AGENTS = new Set(
  '_events _eventsCount requests sockets freeSockets totalSocketCount _sessionCache sessionCache'.split(' '),
)

const kinds = new WeakMap<object, KnownKind>()

export function instanceKindOf(value: object, prototype: object): KnownKind {
  let kind = kinds.get(prototype)
  if (kind === undefined) kinds.set(prototype, (kind = kindFrom(value, prototype)))
  return kind
}

function kindFrom(value: object, prototype: object): KnownKind {
  const { classes, holders, end } = chainFrom(prototype)
  const names = [...classes, end && classOf(end)].map((one) => one?.name ?? '')
  const hasPrivates = classes.some((one) => /#[\w$]/.test(textOf(one)))
  const named = keepersOf(classes)
  const isEmpty = end === undefined && !hasPrivates && named.size === 0 && Reflect.ownKeys(value).length === 0
  const keepers = isEmpty ? keepersBehind(classes, value) : new Map([...named, ...keepersHanded(classes, value)])
  // What was given to it lies somewhere.
  const isElsewhere =
    isEmpty &&
    keepers.size === 0 &&
    !holders.some(hasData) &&
    classes.some((one) => one.length > 0) &&
    !types.isPromise(value) &&
    contentOf(value) === undefined
  return {
    classes,
    holders,
    builtin: end ?? contentOf(value),
    omitted: names.includes('Agent') && value instanceof builtin('node:http').Agent ? OF_AGENTS : undefined,
    isShaped: end === undefined && !hasEnumerable(prototype),
    hasPrivates,
    keepers,
    host: hostKindOf(value, names) ?? (isElsewhere ? 'an object that keeps nothing in itself' : undefined),
  }
}

interface Chain {
  readonly classes: readonly Function[]
  readonly holders: readonly object[]
  /** The first prototype that is native code's; undefined: Object's, or none. */
  readonly end: object | undefined
}

function chainFrom(prototype: object): Chain {
  const classes: Function[] = []
  const holders: object[] = []
  for (let place: object | null = prototype; place !== null && place !== Object.prototype;) {
    const owner = classOf(place)
    if (owner !== undefined && isNative(owner)) return { classes, holders, end: isPlain(owner) ? undefined : place }
    if (owner === undefined) holders.push(place)
    else classes.push(owner)
    place = Object.getPrototypeOf(place) as object | null
  }
  return { classes, holders, end: undefined }
}

/** Whose content an object has that does not inherit its methods, as maps of Node's own. */
function contentOf(value: object): object | undefined {
  if (types.isMap(value)) return Map.prototype
  if (types.isSet(value)) return Set.prototype
  if (types.isDate(value)) return Date.prototype
  return Array.isArray(value) ? Array.prototype : undefined
}

/** Object of another realm. */
function isPlain(owner: Function): boolean {
  return owner.name === 'Object' && Object.getPrototypeOf(owner.prototype as object) === null
}

function hasEnumerable(prototype: object): boolean {
  for (const _ in Object.create(prototype)) return true
  return false
}
