// What of the code that a decorated method reaches through `this` is in its keys.
import test from 'ava'
import type { Memory, MethodOptions } from '../../index.ts'
import { type Loading, type Version, compare, pick, versioned } from '../kit/method-versions.ts'
import { openMemory } from '../kit/temporary-store.ts'

/** Two classes of one name whose code differs outside of the method that is called. */
const versions: readonly [
  about: string,
  open: (memory: Memory, options: MethodOptions) => (version: Version) => Loading,
][] = [
  [
    'a helper method',
    (memory, options) => (version) => {
      class Base {
        @memory.cached(options)
        load(n: number): number {
          return this.scale(n)
        }
        scale(n: number): number {
          return n
        }
      }
      return pick(
        version,
        () => new Base(),
        () => {
          class Shop extends Base {
            override scale(n: number): number {
              return n * 2
            }
          }
          Object.defineProperty(Shop, 'name', { value: 'Base' })
          return new Shop()
        },
      )()
    },
  ],
  [
    'an inherited getter',
    (memory, options) => (version) => {
      const Parent = pick(
        version,
        class {
          get factor(): number {
            return 1
          }
        },
        class {
          get factor(): number {
            return 2
          }
        },
      )
      class Shop extends Parent {
        @memory.cached(options)
        load(n: number): number {
          return n * this.factor
        }
      }
      return new Shop()
    },
  ],
  [
    '`super`',
    (memory, options) => (version) => {
      const Parent = pick(
        version,
        class {
          scale(n: number): number {
            return n
          }
        },
        class {
          scale(n: number): number {
            return -n
          }
        },
      )
      class Shop extends Parent {
        @memory.cached(options)
        load(n: number): number {
          return super.scale(n)
        }
      }
      return new Shop()
    },
  ],
  [
    'a helper of a helper',
    (memory, options) => (version) => {
      const deep = versioned(version)
      class Shop {
        @memory.cached(options)
        load(n: number): number {
          return [n].map((one) => this.scale(one))[0]!
        }
        scale(n: number): number {
          return this.deeper(n)
        }
        deeper(n: number): number {
          return deep(n)
        }
      }
      return new Shop()
    },
  ],
  [
    'a private helper',
    (memory, options) => (version) => {
      const deep = versioned(version)
      class Shop {
        @memory.cached(options)
        load(n: number): number {
          return this.#scale(n)
        }
        #scale(n: number): number {
          return deep(n)
        }
      }
      return new Shop()
    },
  ],
  [
    'a method that a helper calls on the receiver',
    (memory, options) => (version) => {
      const scaled = (shop: { scale(n: number): number }, n: number): number => shop.scale(n)
      const deep = versioned(version)
      class Shop {
        @memory.cached(options)
        load(n: number): number {
          return scaled(this, n)
        }
        scale(n: number): number {
          return deep(n)
        }
      }
      return new Shop()
    },
  ],
  [
    'a static member',
    (memory, options) => (version) => {
      const deep = versioned(version)
      class Shop {
        @memory.cached(options)
        load(n: number): number {
          return (this.constructor as typeof Shop).scale(n)
        }
        static scale(n: number): number {
          return deep(n)
        }
      }
      return new Shop()
    },
  ],
  [
    'a method that is an own property',
    (memory, options) => (version) => {
      class Shop {
        readonly scale = versioned(version)
        @memory.cached(options)
        load(n: number): number {
          return this.scale(n)
        }
      }
      return new Shop()
    },
  ],
]

for (const [about, open] of versions) {
  for (const options of [{}, { ignoreThis: true }]) {
    const how = options.ignoreThis === true ? ', with ignoreThis too' : ''
    test(`what a method reaches through \`this\` counts: ${about}${how}`, (t) => {
      compare(t, 'different', (memory) => open(memory, options))
    })
  }
}

test('what a method does not reach does not count', (t) => {
  compare(t, 'same', (memory) => (version) => {
    const deep = versioned(version)
    class Shop {
      @memory.cached()
      load(n: number): number {
        return this.scale(n)
      }
      scale(n: number): number {
        return n
      }
      other(n: number): number {
        return deep(n)
      }
    }
    return new Shop()
  })
})

test('the version of a method counts in the keys of functions that call it, whichever is called first', (t) => {
  const memory = openMemory(t)
  const keyOf = (version: string, isCalled: boolean): string => {
    class Shop {
      @memory.cached({ version })
      load(n: number): number {
        return n
      }
    }
    const { load } = Shop.prototype
    if (isCalled) new Shop().load(1)
    return memory.cache((n: number): number => load(n), { name: 'caller' }).key(1)
  }
  t.is(keyOf('1', false), keyOf('1', true))
  t.not(keyOf('1', false), keyOf('2', false))
})
