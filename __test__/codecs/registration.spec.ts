import test, { type ExecutionContext } from 'ava'
import type { EngramError, Memory, PackageCodec } from '../../index.ts'
import * as codecs from '../../src/codecs/index.ts'
import { throwsCode } from '../kit/error-code.ts'
import { openMemory } from '../kit/temporary-store.ts'
import { packages } from './packages.ts'
import { subjects } from './subjects/index.ts'

const {
  BSON,
  Big,
  BigNumber,
  Decimal,
  Immutable,
  arrow,
  danfo,
  dayjs,
  luxon,
  math,
  mlMatrix,
  moment,
  ndarray,
  polyfill,
  tf,
} = packages

/** What the advice of a warning may name, as a program has it. */
const scope: Record<string, unknown> = {
  ...BSON,
  ...luxon,
  ...mlMatrix,
  ...danfo,
  Big,
  BigNumber,
  Decimal,
  Immutable,
  Temporal: polyfill.Temporal,
  arrow,
  dayjs,
  math,
  moment,
  ndarray,
  tf,
}
delete scope['default']

const byName: Record<string, PackageCodec> = { ...codecs }

/** Runs what a message tells to do: `memory.register(Decimal, decimal)` with `import { decimal } from 'engram/codecs'`. */
function follow(t: ExecutionContext, message: string, memory: Memory, itself: Record<string, unknown>): void {
  const advice = /`(memory\.register\(.+\))` with `import \{ (\w+)(?: as (\w+))? \} from 'engram\/codecs'`/.exec(
    message,
  )
  if (advice === null) return t.fail(`no advice in: ${message}`)
  const [, call, exported, name = exported] = advice
  const all = { ...scope, ...itself, memory, [name!]: byName[exported!] }
  // eslint-disable-next-line no-new-func
  new Function(...Object.keys(all), call!)(...Object.values(all))
}

function refusalOf(call: () => unknown): string | undefined {
  try {
    call()
    return undefined
  } catch (error) {
    return (error as EngramError).message
  }
}

const told = Object.entries(subjects).filter(([name]) => !/without an instance|other polyfill/.test(name))

for (const [name, { values }] of told) {
  test(`${name}: whoever follows the message on an instance that the memory does not know can store it`, (t) => {
    for (const [label, make] of Object.entries(values)) {
      const memory = openMemory(t, { onError: 'throw' })
      const value: any = make()
      const itself = { [value.constructor.displayName ?? value.constructor.name]: value.constructor }
      const give = memory.cache(() => value, { name: 'give', version: label, captures: { ignore: ['value'] } })
      const take = memory.cache((_value: unknown) => 0, { name: 'take', version: '1' })
      for (const call of [give, () => take(value)]) {
        // Parts may be of a further class of the package.
        for (let message = refusalOf(call), rounds = 0; message !== undefined; message = refusalOf(call), rounds++) {
          if (rounds === 2) return t.fail(`${label}: ${message}`)
          follow(t, message, memory, itself)
        }
      }
      t.is(give.lookup().status, 'hit', label)
    }
  })
}

test('every class of a package can be registered alone', (t) => {
  const { DateTime, Duration, Interval } = luxon
  const alone: [object, PackageCodec][] = [
    ...[DateTime, Duration, Interval].map((type): [object, PackageCodec] => [type, codecs.luxon]),
    ...[BSON.ObjectId, BSON.Long, BSON.UUID].map((type): [object, PackageCodec] => [type, codecs.bson]),
    ...[Immutable.List, Immutable.OrderedMap].map((type): [object, PackageCodec] => [type, codecs.immutable]),
    ...[mlMatrix.Matrix, mlMatrix.DistanceMatrix].map((type): [object, PackageCodec] => [type, codecs.mlMatrix]),
    ...[math.Unit, math.SparseMatrix].map((type): [object, PackageCodec] => [type, codecs.mathjs]),
    [polyfill.Temporal.PlainDate, codecs.temporal],
    [danfo.Series, codecs.danfojs],
  ]
  for (const [type, codec] of alone) t.notThrows(() => openMemory(t).register(type, codec))
})

test('a codec refuses what has nothing to do with its package', (t) => {
  const { Tensor } = tf
  const others: unknown[] = [
    class Other {},
    {},
    Object,
    Map,
    parseInt,
    null,
    undefined,
    'decimal.js',
    1,
    new Proxy({}, {}),
  ]
  for (const codec of Object.values(codecs)) {
    for (const other of others)
      throwsCode(t, 'ERR_INVALID_OPTION', () => openMemory(t).register(other as object, codec))
  }
  // Classes that it knows, without what makes instances of them.
  throwsCode(t, 'ERR_INVALID_OPTION', () => openMemory(t).register(Tensor, codecs.tfjs))
  throwsCode(t, 'ERR_INVALID_OPTION', () => openMemory(t).register({ Table: arrow.Table }, codecs.arrow))
  throwsCode(t, 'ERR_INVALID_OPTION', () => openMemory(t).register(Immutable.Record, codecs.immutable))
  throwsCode(t, 'ERR_INVALID_OPTION', () => openMemory(t).register(mlMatrix.MatrixTransposeView, codecs.mlMatrix))
})

test('two classes of one package are registered under two names', (t) => {
  const Money = BigNumber.clone({ DECIMAL_PLACES: 50 })
  const memory = openMemory(t, { onError: 'throw' })
  memory.register(BigNumber, codecs.bignumber)
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.register(Money, codecs.bignumber))
  memory.register(Money, { ...codecs.bignumber, name: 'money' })
  const third = memory.cache((one: any) => one.div(3), { name: 'third' })
  t.not(third.key(new BigNumber(1)), third.key(new Money(1)))
  third(new Money(1))
  t.is(third(new Money(1)).constructor, Money)
  t.is(third(new Money(1)).toFixed().length, 52)
})

test('clones that share a prototype are told apart, and come back with their settings', (t) => {
  const Money = Decimal.clone({ precision: 50 })
  const Precise = Object.assign(Big(), { DP: 50 })
  const memory = openMemory(t, { onError: 'throw' })
  memory.register(Decimal, codecs.decimal)
  memory.register(Big, codecs.big)
  const third = memory.cache((one: any) => one.div(3), { name: 'third' })
  for (const [one, clone] of [
    [new Decimal(1), new Money(1)],
    [new Big(1), new Precise(1)],
  ]) {
    t.not(third.key(one), third.key(clone))
    t.is(third(one).toFixed().length, 22)
    t.is(third(clone).toFixed().length, 52)
    t.is(third.lookup(clone).status, 'hit')
    t.is(third(one).constructor, one.constructor)
    t.is(third(third(clone).times(3)).toFixed().length, 52)
    t.is(third(clone).constructor, third(clone).constructor)
  }
})

test('a package is registered whole or not at all', (t) => {
  const memory = openMemory(t, { onError: 'throw' })
  class Other {}
  memory.register(Other, { name: 'luxon.Duration', encode: () => 0, decode: () => new Other() })
  throwsCode(t, 'ERR_INVALID_OPTION', () => memory.register(luxon, codecs.luxon))
  throwsCode(t, 'ERR_UNSERIALIZABLE', () => memory.eval(() => luxon.DateTime.utc()))
})

test('a package may be registered again', (t) => {
  const memory = openMemory(t, { onError: 'throw' })
  for (let i = 0; i < 2; i++) {
    memory.register(ndarray, codecs.ndarray)
    memory.register(dayjs, codecs.dayjs)
  }
  const load = memory.cache((n: number) => [ndarray(new Float64Array(n)), dayjs(n)], { name: 'load' })
  load(3)
  t.is(load(3)[0].shape[0], 3)
  t.is(load(3)[1].valueOf(), 3)
})

test('a captured instance counts by its codec', (t) => {
  const memory = openMemory(t, { onError: 'throw' })
  memory.register(Decimal, codecs.decimal)
  const withRate = (rate: any) => memory.cache((n: number) => rate.times(n), { name: 'withRate' })
  t.is(withRate(new Decimal('1.10')).key(2), withRate(new Decimal('1.1')).key(2))
  t.not(withRate(new Decimal('1.1')).key(2), withRate(new Decimal('1.2')).key(2))
})

test('settings of a class count in the keys of its instances', (t) => {
  const memory = openMemory(t, { onError: 'throw' })
  const [Ten, Money] = [BigNumber.clone(), Decimal.clone()]
  memory.register(Ten, codecs.bignumber)
  memory.register(Money, codecs.decimal)
  const third = memory.cache((one: any) => one.div(3), { name: 'third' })
  const before = [third.key(new Ten(1)), third.key(new Money(1))]
  Ten.config({ DECIMAL_PLACES: 1 })
  Money.set({ precision: 1 })
  const after = [third.key(new Ten(1)), third.key(new Money(1))]
  t.is(new Set([...before, ...after]).size, 4)
  Ten.config({ DECIMAL_PLACES: 20 })
  Money.set({ precision: 20 })
  t.deepEqual([third.key(new Ten(1)), third.key(new Money(1))], before)
})
