// Messages of models, requests and tables are named by symbols, too. Called on one, a function was refused for these, at a path
// that nobody has: `this[0][Symbol(message)]`.
import test from 'ava'
import { PassThrough } from 'node:stream'
import { openMemory } from '../kit/temporary-store.ts'

const kind = Symbol('kind')
const look = (one: unknown): string => typeof one

class Message {
  readonly [kind]: number
  readonly #text = ''
  readonly socket: unknown
  constructor(state: number, socket?: unknown) {
    this[kind] = state
    this.socket = socket
  }
  get text(): string {
    return this.#text
  }
}

test('what a receiver has under symbols is in the key where it may be looked at', (t) => {
  const handed = openMemory(t).cache(function (this: unknown) {
    return look(this)
  })
  const keyOn = (state: number): string => handed.key.call(new Message(state))
  t.is(keyOn(1), keyOn(1))
  t.not(keyOn(1), keyOn(2))
  const named = openMemory(t).cache(function (this: Message) {
    return this[kind]
  })
  t.not(named.key.call(new Message(1)), named.key.call(new Message(2)))
})

test('what a method cannot look at does not keep it from the cache', (t) => {
  const f = openMemory(t).cache(function (this: Message) {
    return this.socket
  })
  t.is(f.key.call(new Message(1)), f.key.call(new Message(2)))
})

test('the path of what cannot be hashed leads into the receiver', (t) => {
  const f = openMemory(t).cache(function (this: unknown) {
    return look(this)
  })
  const socket = t.throws(() => f.key.call(new Message(1, Promise.resolve())))
  t.like(socket, { code: 'ERR_UNHASHABLE', path: 'this.socket' })
  const stream = t.throws(() => f.key.call(new PassThrough()))
  t.like(stream, { code: 'ERR_UNHASHABLE', path: 'this' })
})
