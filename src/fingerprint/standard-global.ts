/**
 * What is said of globals that come with Node or the language: nothing, as long as they are what they were. What somebody
 * put in the place of one, or on a prototype of the language, counts as anything else that he wrote.
 */
import { attempt, isPrimitive } from '../code/captured-value.ts'
import { isNative } from '../code/facts.ts'
import { isOriginal, isOriginalValue } from '../code/original.ts'
import { VALUED } from '../code/use.ts'
import { type PathUse, type Reading, USE } from '../native/binding.ts'
import { describeMember } from './path-description.ts'
import type { ValueDescription } from './value-description.ts'

const WHOLE = USE.read | USE.escapes

type Scope = Readonly<Record<string, unknown>>

const NAMED = [
  ...'Object Function Array String Number Boolean Symbol BigInt RegExp Map Set WeakMap WeakSet WeakRef'.split(' '),
  ...'Promise Error ArrayBuffer SharedArrayBuffer DataView URL URLSearchParams'.split(' '),
]
const generatorPrototype = Object.getPrototypeOf(Object.getPrototypeOf((function* () {})())) as object

/** Which nothing can replace, or which changes no result. */
const LEFT_OUT = new Set(['undefined', 'NaN', 'Infinity', 'globalThis', 'global', 'console', 'arguments', 'eval'])
/** Getters of globals whose members are looked at; others load what nobody may need. */
const LOADED = new Set(['performance', 'crypto', 'process', 'Buffer'])
/** What programs give a `toJSON` of their own. */
const WITHOUT_JSON = new Set(['BigInt', 'Error', 'Map', 'Set'])
/** Values that prototypes of the language have. */
const OF_PROTOTYPES = new Set(['length', 'name', 'message'])
/** Objects of the language whose members are called by computed names. */
const NAMESPACES = new Set<unknown>([Math, JSON, Reflect, Atomics])
/** What programs read of the machine: never in a key, unless somebody replaced it after this was loaded. */
const OF_MACHINE: Readonly<Record<string, string>> = { platform: process.platform, arch: process.arch }
/** Members of `process` that say where it runs, and never which result it gives. */
const PROCESS = new Set(['argv', 'env', 'stdout', 'stderr', 'stdin'])

/** The uses of a global that has this name, by a function that sees `scope` as the global object. */
export function describeStandard(
  values: ValueDescription,
  name: string,
  paths: readonly PathUse[],
  scope: object,
): void {
  if (LEFT_OUT.has(name)) return
  // Test runners give a context a copy of it.
  const place = name === 'process' ? globalThis : scope
  for (const { path, uses } of paths) if (uses & VALUED) describePath(values, [name, ...path], uses, place)
}

/** Methods that somebody put on prototypes of the language, as far as the text names them. */
export function describePrototypes(values: ValueDescription, { members, freeVariables }: Reading, scope: Scope): void {
  const { findings } = values.context
  // It asks what it writes for a member that no text names.
  const implied = freeVariables.some(({ name }) => name === 'JSON') ? ['toJSON'] : []
  for (const name of [...members, ...implied]) {
    if (name === 'constructor' || !findings.isFirst(name)) continue
    for (const [label, prototype] of prototypes(scope)) {
      const property = Object.getOwnPropertyDescriptor(prototype, name)
      const value = (property?.value ?? property?.get) as unknown
      if (property === undefined && name === 'toJSON' && WITHOUT_JSON.has(label))
        findings.originals.note(prototype, name, undefined)
      if (typeof value !== 'function') {
        if (property?.get === undefined && value !== undefined && !OF_PROTOTYPES.has(name))
          describePutOn(values, prototype, label, name)
        continue
      }
      if (isOriginal(value, name)) {
        if (property?.get === undefined) findings.originals.note(prototype, name, value)
        continue
      }
      const read = (): unknown => {
        const now = Object.getOwnPropertyDescriptor(prototype, name)
        return now?.value ?? now?.get
      }
      values.value({ label: `${label}.prototype.${name}`, value, read, isVariable: false })
    }
  }
}

/** A value that somebody put on a prototype of the language. */
function describePutOn(values: ValueDescription, prototype: object, label: string, name: string): void {
  const read = (): unknown => prototype[name as keyof object]
  values.value({ label: `${label}.prototype.${name}`, value: read(), read, isVariable: false })
}

function describePath(values: ValueDescription, path: readonly string[], uses: number, scope: object): void {
  const { originals } = values.context.findings
  let holder: object = scope
  for (const [index, name] of path.entries()) {
    if (holder === process && PROCESS.has(name)) return
    const property = Object.getOwnPropertyDescriptor(holder, name)
    if (property?.get !== undefined && isOriginal(property.get, name) && (index > 0 || !LOADED.has(name)))
      return originals.noteLoading(holder, name, property.get)
    const value = (holder as Record<string, unknown>)[name]
    if (holder === process && Object.hasOwn(OF_MACHINE, name)) return describeMachine(values, name, value)
    if (!isKept(value, index, name))
      return describeReplaced(values, path.slice(0, index + 1), { path: path.slice(index + 1), uses }, scope)
    if (isPrimitive(value)) return
    originals.note(holder, name, value)
    holder = value as object
  }
  if (NAMESPACES.has(holder) && uses & WHOLE) describeMembers(values, holder, path, uses, scope)
}

/** Any member may be the one that a computed name means. */
function describeMembers(
  values: ValueDescription,
  holder: object,
  path: readonly string[],
  uses: number,
  scope: object,
): void {
  for (const name of Object.getOwnPropertyNames(holder)) {
    const value = holder[name as keyof object] as unknown
    if (isOriginalValue(value, name)) values.context.findings.originals.note(holder, name, value)
    else describeReplaced(values, [...path, name], { path: [], uses }, scope)
  }
}

function describeMachine(values: ValueDescription, name: string, value: unknown): void {
  values.context.findings.originals.note(process, name, value)
  if (value === OF_MACHINE[name]) return
  values.value({ label: `process.${name}`, value, read: () => value, isVariable: true })
}

function describeReplaced(values: ValueDescription, place: readonly string[], use: PathUse, scope: object): void {
  const label = place.join('.')
  const read = (): unknown => place.reduce<any>((at, name) => at[name], scope)
  const value = read()
  if (label !== 'Date' || !isClock(values, value))
    return describeMember(values, { label, value, read, isVariable: false }, use)
  // It keeps its time where nobody sees it, but tells it.
  values.say({ what: 'known', label })
  values.datum('Date.now()', () => Date.now())
  values.context.findings.members.push({ read, value })
}

/** Whether this is the `Date` of a fake clock. */
function isClock(values: ValueDescription, date: unknown): boolean {
  if (typeof date !== 'function') return false
  if (attempt(() => (date as { isFake?: unknown }).isFake) === true) return true
  const stamp = values.context.reach.factsOf(date)?.stamp
  return stamp?.[0] === 'package' || stamp?.[0] === 'builtin'
}

/** Whether what a global or a member of one holds is what it was. */
function isKept(value: unknown, index: number, name: string): boolean {
  if (index > 0) return isOriginalValue(value, name)
  // A global of the user's may be one that nobody can list. And Node has a clock for tests.
  return !isPrimitive(value) && isOriginalValue(value, name) && (name !== 'Date' || isNative(value as Function))
}

const listed = new WeakMap<object, readonly (readonly [string, object])[]>()

function prototypes(scope: Scope): readonly (readonly [string, object])[] {
  let found = listed.get(scope)
  if (found === undefined) listed.set(scope, (found = prototypesOf(scope)))
  return found
}

function prototypesOf(scope: Scope): readonly (readonly [string, object])[] {
  const named = NAMED.flatMap((name): [string, object][] => {
    const { prototype } = (scope[name] ?? {}) as { prototype?: object }
    return prototype === undefined ? [] : [[name, prototype]]
  })
  const { prototype: array } = scope['Array'] as ArrayConstructor
  const iterator = array[Symbol.iterator].call([]) as object
  const time = Reflect.construct(scope['Date'] as DateConstructor, [0]) as object
  return [
    ...named,
    // The class may be that of a fake clock.
    ['Date', Object.getPrototypeOf(time) as object],
    ['TypedArray', Object.getPrototypeOf((scope['Uint8Array'] as Uint8ArrayConstructor).prototype) as object],
    ['Iterator', Object.getPrototypeOf(Object.getPrototypeOf(iterator)) as object],
    ...(scope === globalThis ? [['Generator', generatorPrototype] as const] : []),
  ]
}
