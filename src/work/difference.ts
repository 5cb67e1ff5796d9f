import { Payload, placeOf } from '../entry/payload.ts'
import { copyOf } from './copy.ts'
import { type DataKind, isContainer, isPrimitive, kindOf } from './data-kind.ts'
import { type Members, membersOf } from './data-members.ts'
import { memberSegment } from './data-path.ts'
import { under } from './view.ts'

export { copyOf } from './copy.ts'

/** One value that is another one now. */
export interface Difference {
  /** What it was in the last pass; undefined where it was not there. */
  from: unknown
  /** What it is; undefined where it is gone. */
  to: unknown
}

/** What differs in more places than this is told as one difference. */
const MOST_TOLD = 100

/**
 * Whether two values are equal in all their parts. Numbers as by `Object.is`; objects by their properties and Maps by their
 * keys, in any order; arrays by their elements, holes as undefined; Sets by their elements. Keys and elements that are objects
 * are compared in their order. Dates by time, regular expressions by source and flags, URLs by address, bytes by kind and
 * content, Payloads that are stored by digest; instances of classes are equal to themselves alone. A member that is
 * undefined is not the same as none.
 */
export function sameValue(one: unknown, other: unknown): boolean {
  return Object.is(one, other) || new Comparison(1).tell(one, other).length === 0
}

/**
 * Adds what differs between two values to `into`, by path from `path`, the values as copies. Equal is what `sameValue` says.
 *
 * - A member of an object is told as `train.config.lr`, an element as `train.history[3]`, what a Map has for a key as
 *   `train.scores.get("a")`, an element of a Set as `train.tags.has("x")`. One that was added differs from undefined, one
 *   that was removed now is undefined; one that is there and undefined is told in the same way.
 * - A container in which more than 100 places differ is told as one difference; so is a Map with keys, or a Set with
 *   elements, that are objects.
 */
export function differences(path: string, before: unknown, now: unknown, into: Record<string, Difference>): void {
  if (Object.is(before, now)) return
  for (const { level, key, from, to } of new Comparison(MOST_TOLD).tell(before, now)) {
    into[pathOf(path, level, key)] = { from: copyOf(from), to: copyOf(to) }
  }
}

/** Two containers of one kind that are compared. */
interface Level {
  readonly members: Members
  readonly before: object
  readonly now: object
  next: number
  /** In which containers these are members, and of which name. */
  readonly parent: Level | undefined
  readonly key: unknown
  /** Differences that had been told when this one began. */
  readonly told: number
}

interface Told extends Difference {
  readonly level: Level | undefined
  readonly key: unknown
}

/** It needs no stack of calls: a list of a million links is a value as any other. */
class Comparison {
  readonly #most: number
  readonly #told: Told[] = []
  /**
   * Pairs that are equal as far as they were compared, but for those that hold no containers: shared parts are looked at
   * once, circles come to an end.
   */
  readonly #equal = new Map<object, object>()
  #level: Level | undefined

  constructor(most: number) {
    this.#most = most
  }

  /** Compares two values. With 1 for the most, it ends at the first difference. */
  tell(before: unknown, now: unknown): readonly Told[] {
    this.#compare(undefined, before, now)
    while (this.#level !== undefined) {
      this.#goOn(this.#level)
      if (this.#most === 1 && this.#told.length > 0) break
    }
    return this.#told
  }

  /** Compares members up to one that is a container, or that differs. */
  #goOn(level: Level): void {
    const { members, parent, before, told } = level
    while (level.next < members.count) {
      const index = level.next++
      const [from, to] = [members.before(index), members.now(index)]
      if (!Object.is(from, to)) return this.#compare(members.key(index), from, to)
      if (from === undefined && members.isInOne(index)) return this.#tellOne(members.key(index), from, to)
    }
    // What differs is told wherever it stands.
    if (this.#told.length > told) this.#equal.delete(before)
    this.#level = parent
  }

  #compare(key: unknown, before: unknown, now: unknown): void {
    if (isPrimitive(before) || isPrimitive(now)) {
      if (!Object.is(before, now)) this.#tellOne(key, before, now)
      return
    }
    const [from, to] = [under(before), under(now)] as [object, object]
    if (from === to || this.#equal.get(from) === to) return
    const kind = kindOf(from)
    const members = kind === kindOf(to) && isContainer(kind) ? membersOf(kind, from, to) : undefined
    if (members !== undefined) this.#enter(key, from, to, members)
    else if (!isSameWhole(kind, from, to)) this.#tellOne(key, from, to)
  }

  #enter(key: unknown, before: object, now: object, members: Members): void {
    const around = this.#level
    if (around !== undefined) this.#equal.set(around.before, around.now)
    this.#level = { members, before, now, next: 0, parent: around, key, told: this.#told.length }
  }

  #tellOne(key: unknown, from: unknown, to: unknown): void {
    this.#told.push({ level: this.#level, key, from, to })
    for (let level = this.#level; level !== undefined; level = level.parent) {
      if (this.#told.length - level.told > this.#most) return this.#tellWhole(level)
    }
  }

  /** One difference instead of those in a container. */
  #tellWhole({ parent, key, before, now, told }: Level): void {
    for (let level = this.#level; level !== parent; level = level!.parent) this.#equal.delete(level!.before)
    this.#told.length = told
    this.#level = parent
    this.#told.push({ level: parent, key, from: before, to: now })
  }
}

function pathOf(root: string, level: Level | undefined, key: unknown): string {
  if (level === undefined) return root
  const segments = [memberSegment(level.members.kind, key)]
  for (let at = level; at.parent !== undefined; at = at.parent)
    segments.push(memberSegment(at.parent.members.kind, at.key))
  return root + segments.reverse().join('')
}

/** Of what is not compared member by member. */
function isSameWhole(kind: DataKind | undefined, one: object, other: object): boolean {
  if (kind !== kindOf(other)) return false
  if (kind === 'map') return isSameInOrder([...(one as Map<unknown, unknown>)], [...(other as Map<unknown, unknown>)])
  if (kind === 'set') return isSameInOrder([...(one as Set<unknown>)], [...(other as Set<unknown>)])
  if (kind === 'date') return Object.is((one as Date).getTime(), (other as Date).getTime())
  if (kind === 'regexp' || kind === 'url') return String(one) === String(other)
  if (kind === 'buffer') return isSameBytes(new Uint8Array(one as ArrayBuffer), new Uint8Array(other as ArrayBuffer))
  if (kind === 'bytes') return isSameBytes(one as NodeJS.ArrayBufferView, other as NodeJS.ArrayBufferView)
  return one instanceof Payload && other instanceof Payload && isSamePayload(one, other)
}

/** For Maps and Sets in which there are objects: those in their order, so that no object is compared with all others. */
function isSameInOrder(one: readonly unknown[], other: readonly unknown[]): boolean {
  return sameValue(one, other)
}

function isSameBytes(one: NodeJS.ArrayBufferView, other: NodeJS.ArrayBufferView): boolean {
  return Object.getPrototypeOf(one) === Object.getPrototypeOf(other) && bufferOf(one).equals(bufferOf(other))
}

function bufferOf({ buffer, byteOffset, byteLength }: NodeJS.ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** One that is not stored has no digest yet; making it would cost more than to take it for another. */
function isSamePayload(one: Payload, other: Payload): boolean {
  const place = placeOf(one)
  return place !== undefined && place.digest === placeOf(other)?.digest
}
