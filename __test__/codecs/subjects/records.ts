import { bson, immutable } from '../../../src/codecs/index.ts'
import { packages } from '../packages.ts'
import type { Subject } from './subject.ts'

const { BSON, Immutable } = packages

const HEX = '65a1b2c3d4e5f60718293a4b'

const Point = Immutable.Record({ x: 0, y: 0 }, 'Point')

/** Its constructor does not take what a record's does. */
class Person extends Immutable.Record({ name: '', tags: Immutable.List() }, 'Person') {
  constructor(first: string, last: string) {
    super({ name: `${first} ${last}`, tags: Immutable.List([first]) })
  }
}

export const records: Record<string, Subject> = {
  bson: {
    register: (memory) => memory.register(BSON, bson),
    values: {
      ObjectId: () => new BSON.ObjectId(HEX),
      'another ObjectId': () => new BSON.ObjectId(HEX.replace('6', '7')),
      UUID: () => new BSON.UUID('c0ffee00-0000-4000-8000-000000000000'),
      Binary: () => new BSON.Binary(Buffer.from('abc'), 5),
      'Binary of another kind': () => new BSON.Binary(Buffer.from('abc'), 6),
      Decimal128: () => BSON.Decimal128.fromString('1.0'),
      'Decimal128 with another digit': () => BSON.Decimal128.fromString('1.00'),
      Long: () => BSON.Long.fromString('-9007199254740993'),
      'unsigned Long': () => BSON.Long.fromString('18446744073709551615', true),
      Timestamp: () => new BSON.Timestamp({ t: 7, i: 9 }),
      Double: () => new BSON.Double(-0),
      Int32: () => new BSON.Int32(5),
      BSONSymbol: () => new BSON.BSONSymbol('s'),
      BSONRegExp: () => new BSON.BSONRegExp('a.', 'ix'),
      Code: () => new BSON.Code('return x', { x: 1 }),
      DBRef: () => new BSON.DBRef('shops', new BSON.ObjectId(HEX), 'db', { a: 1 }),
      MinKey: () => new BSON.MinKey(),
      MaxKey: () => new BSON.MaxKey(),
    },
    equal: {
      ObjectId: () => BSON.ObjectId.createFromBase64(Buffer.from(HEX, 'hex').toString('base64')),
      Binary: () => {
        const binary = new BSON.Binary(Buffer.alloc(0), 5)
        binary.write(Buffer.from('abc'), 0)
        return binary
      },
    },
    shown: (value) => BSON.EJSON.stringify({ value }, { relaxed: false }),
  },
  immutable: {
    register: (memory) => {
      memory.register(Immutable, immutable)
      memory.register(Point, immutable)
      memory.register(Person as unknown as typeof Point, immutable)
    },
    values: {
      List: () => Immutable.List([1, 'two', undefined]),
      'a longer List': () => Immutable.List([1, 'two', undefined, undefined]),
      Map: () =>
        Immutable.Map([
          ['a', 1],
          ['b', Immutable.List([2])],
        ] as const),
      'another Map': () =>
        Immutable.Map([
          ['a', 2],
          ['b', Immutable.List([2])],
        ] as const),
      'Map with collections as keys': () => Immutable.Map([[Immutable.List([1]), 'one']]),
      OrderedMap: () =>
        Immutable.OrderedMap([
          ['a', 1],
          ['b', 2],
        ]),
      'OrderedMap in another order': () =>
        Immutable.OrderedMap([
          ['b', 2],
          ['a', 1],
        ]),
      Set: () => Immutable.Set(['a', 'b', 3]),
      OrderedSet: () => Immutable.OrderedSet(['a', 'b']),
      'OrderedSet in another order': () => Immutable.OrderedSet(['b', 'a']),
      Stack: () => Immutable.Stack(['top', 'bottom']),
      nested: () => Immutable.fromJS({ rows: [{ id: 1 }, { id: 2 }] }),
      record: () => Point({ x: 1 }),
      'another record': () => Point({ x: 2 }),
      'record of a class': () => new Person('Ada', 'Lovelace'),
      empty: () => Immutable.List(),
    },
    equal: {
      Map: () =>
        Immutable.Map([
          ['b', Immutable.List([2])],
          ['a', 1],
        ] as const),
      Set: () => Immutable.Set([3, 'b', 'a']),
      List: () => Immutable.List([0, 1, 'two', undefined]).shift(),
      record: () => Point({ x: 3, y: 5 }).set('x', 1).set('y', 0),
      empty: () => Immutable.List([1]).pop(),
    },
    shown: (value) => [String(value), value.size, value.hashCode(), value.first?.(), value.toJS()],
  },
}
