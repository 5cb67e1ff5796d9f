/**
 * What a mock of a test does when it is called: that of Jest, of vitest, of sinon, of `node:test`. What it keeps of its calls
 * does not count.
 */
import { builtin } from '../platform/builtin.ts'
import { attempt, isPrimitive } from './captured-value.ts'
import { type Reflection, fieldsOf, reflectAll } from './reflection.ts'

const types = builtin('node:util/types')

/** Something that a mock was told to do. */
export interface MockPart {
  readonly name: string
  readonly value: unknown
}

/** What a mock does. It may be told something else at any time. */
export interface MockBehaviour {
  readonly parts: readonly MockPart[]
  /** Whether that is all: what it does once, or for some arguments, is not seen. */
  readonly isWhole: boolean
}

/** Where mocks keep what they do once; and what they stand for. */
const ONCE = /once|specific/i
const ORIGINAL = /original/i
/** Where Jest keeps what its mocks do. */
const REGISTRY = '_mockConfigRegistry'

interface Registry {
  readonly [REGISTRY]?: WeakMap<Function, unknown>
}

/** Gives what a mock does at the moment; undefined for a function that is no mock. */
export function mockBehaviour(fn: Function): (() => MockBehaviour) | undefined {
  const mock = fn as unknown as Record<string, unknown>
  if (attempt(() => mock['_isMockFunction']) === true) return behaviourOfMock(fn, mock)
  if (attempt(() => mock['isSinonProxy']) === true) return behaviourOfSinon(fn, mock)
  if (isTestDouble(fn)) return () => ({ parts: [], isWhole: false })
  const context = attempt(() => mock['mock']) as object | null | undefined
  if (attempt(() => context!.constructor.name) === 'MockFunctionContext') return () => behaviourOfNodes(context!)
  return undefined
}

/** Of testdouble, which keeps what its functions do in lists of its own. */
function isTestDouble(fn: Function): boolean {
  return attempt(() => Object.hasOwn(fn, 'toString') && fn.toString().startsWith('[test double')) === true
}

/** Of Jest and vitest. */
function behaviourOfMock(fn: Function, mock: Record<string, unknown>): () => MockBehaviour {
  const { getMockImplementation: getter } = mock
  if (typeof getter !== 'function') return () => ({ parts: [], isWhole: false })
  const configs = configsOf(fn, getter)
  return () => {
    const once = configs.flatMap((config) => membersLike(config, ONCE)).filter((value) => Array.isArray(value))
    const originals = configs.flatMap((config) => membersLike(config, ORIGINAL))
    const parts = [
      { name: 'implementation', value: attempt(() => getter.call(fn) as unknown) },
      ...originals.map((value) => ({ name: 'original', value })),
    ]
    return {
      parts: parts.filter(({ value }) => typeof value === 'function'),
      isWhole: once.length > 0 && once.every((list) => (list as unknown[]).length === 0),
    }
  }
}

/** Objects that may hold what a mock does: the variables around it, and what lies in them. */
function configsOf(fn: Function, getter: Function): object[] {
  const reflected = attempt(() => reflectAll([fn, getter])) as Reflection[] | undefined
  const scopes = (reflected ?? []).flatMap((one) => one.scopes.slice(0, -1).map(({ values }) => values))
  const held = scopes.flatMap((values) => Object.keys(values).map((name) => attempt(() => values[name])))
  const objects = held.filter((value) => !isPrimitive(value) && typeof value !== 'function') as object[]
  const registered = objects.map((one) => attempt(() => (one as Registry)[REGISTRY]?.get(fn)))
  return [...scopes, ...objects, ...(registered.filter((one) => !isPrimitive(one)) as object[])]
}

function membersLike(config: object, pattern: RegExp): unknown[] {
  const names = attempt(() => Object.keys(config)) as string[] | undefined
  return (names ?? [])
    .filter((name) => pattern.test(name))
    .map((name) => attempt(() => (config as Record<string, unknown>)[name]))
}

/** A stub of sinon keeps what it does; a spy or a fake is made for a function. */
function behaviourOfSinon(fn: Function, mock: Record<string, unknown>): () => MockBehaviour {
  if ('defaultBehavior' in mock) return () => behaviourOfStub(mock)
  const [func] = configsOf(fn, fn).map((config) => attempt(() => (config as { func?: unknown }).func))
  const behaviour = { parts: [{ name: 'implementation', value: func }], isWhole: typeof func === 'function' }
  return () => behaviour
}

function behaviourOfStub(stub: Record<string, unknown>): MockBehaviour {
  const behaviour = stub['defaultBehavior'] as Record<string, unknown> | null | undefined
  const parts = Object.entries(behaviour ?? {})
    .filter(([name, value]) => name !== 'stub' && value !== undefined)
    .map(([name, value]) => ({ name, value }))
  const isEmpty = (list: unknown): boolean => list === undefined || (Array.isArray(list) && list.length === 0)
  return { parts, isWhole: isEmpty(stub['behaviors']) && isEmpty(stub['fakes']) }
}

/** Of `node:test`. */
function behaviourOfNodes(context: object): MockBehaviour {
  const fields = new Map((attempt(() => fieldsOf(context)) ?? []) as [string, unknown][])
  const [implementation, mocks, times] = ['#implementation', '#mocks', '#times'].map((name) => fields.get(name))
  // A map of Node's own, which inherits nothing.
  const isWhole = types.isMap(mocks) && Reflect.get(Map.prototype, 'size', mocks) === 0 && times === Infinity
  return { parts: [{ name: 'implementation', value: implementation }], isWhole }
}
