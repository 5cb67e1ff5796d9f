/**
 * What a mock of a test does when it is called: that of Jest, of vitest, of sinon. What it keeps of its calls does not count.
 */
import { attempt, isPrimitive } from './captured-value.ts'
import { type Reflection, reflectAll } from './reflection.ts'

/** Something that a mock was given. */
interface Given {
  readonly name: string
  readonly value: unknown
}

/** What a mock was told to do. */
export interface MockBehaviour {
  readonly given: readonly Given[]
  /** Whether that is all: what it does once, or for some arguments, is not seen. */
  readonly isWhole: boolean
}

/** Where mocks keep what they do once; and what they stand for. */
const ONCE = /once|specific/i
const ORIGINAL = /original/i
const REGISTRY = '_mockConfigRegistry'

/** Undefined for a function that is no mock. */
export function mockBehaviour(fn: Function): MockBehaviour | undefined {
  const mock = fn as unknown as Record<string, unknown>
  if (attempt(() => mock['_isMockFunction']) === true) return behaviourOfMock(fn, mock)
  if (attempt(() => mock['isSinonProxy']) === true) return behaviourOfStub(mock)
  return undefined
}

function behaviourOfMock(fn: Function, mock: Record<string, unknown>): MockBehaviour {
  const { getMockImplementation } = mock
  if (typeof getMockImplementation !== 'function') return { given: [], isWhole: false }
  const configs = configsOf(fn, getMockImplementation)
  const once = configs.flatMap((config) => membersLike(config, ONCE)).filter((value) => Array.isArray(value))
  const originals = configs.flatMap((config) => membersLike(config, ORIGINAL))
  const implementation = attempt(() => getMockImplementation.call(fn) as unknown)
  const given = [
    { name: 'implementation', value: implementation },
    ...originals.filter((value) => typeof value === 'function').map((value) => ({ name: 'original', value })),
  ].filter(({ value }) => typeof value === 'function')
  return { given, isWhole: once.length > 0 && once.every((list) => (list as unknown[]).length === 0) }
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

/** Where Jest keeps what its mocks do. */
interface Registry {
  readonly [REGISTRY]?: WeakMap<Function, unknown>
}

function membersLike(config: object, pattern: RegExp): unknown[] {
  const names = attempt(() => Object.keys(config)) as string[] | undefined
  return (names ?? [])
    .filter((name) => pattern.test(name))
    .map((name) => attempt(() => (config as Record<string, unknown>)[name]))
}

function behaviourOfStub(stub: Record<string, unknown>): MockBehaviour {
  const behaviour = stub['defaultBehavior'] as Record<string, unknown> | null | undefined
  const given = Object.entries(behaviour ?? {})
    .filter(([name]) => name !== 'stub')
    .map(([name, value]) => ({ name, value }))
  const isEmpty = (list: unknown): boolean => list === undefined || (Array.isArray(list) && list.length === 0)
  return { given, isWhole: isEmpty(stub['behaviors']) && isEmpty(stub['fakes']) }
}
