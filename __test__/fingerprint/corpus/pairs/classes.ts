// Classes and their instances.
import { type Pair, cached, different, same } from './pair.ts'

export const classes: readonly Pair[] = [
  different(
    'a method of a class',
    'helper A',
    `class A { m(n) { return n } }\n${cached('(n) => new A().m(n)')}`,
    `class A { m(n) { return -n } }\n${cached('(n) => new A().m(n)')}`,
  ),
  different(
    'a method of a parent',
    'helper extends of B | helper A of B',
    `class A { m(n) { return n } }\nclass B extends A {}\n${cached('(n) => new B().m(n)')}`,
    `class A { m(n) { return -n } }\nclass B extends A {}\n${cached('(n) => new B().m(n)')}`,
  ),
  different(
    'a constant that a method reads',
    'capture k of A',
    `const k = 1\nclass A { m(n) { return n * k } }\n${cached('(n) => new A().m(n)')}`,
    `const k = 2\nclass A { m(n) { return n * k } }\n${cached('(n) => new A().m(n)')}`,
  ),
  different(
    'a getter of a class',
    'helper A',
    `class A { get v() { return 1 } }\n${cached('(n) => new A().v + n')}`,
    `class A { get v() { return 2 } }\n${cached('(n) => new A().v + n')}`,
  ),
  different(
    'a field of a class',
    'helper A',
    `class A { v = 1 }\n${cached('(n) => new A().v + n')}`,
    `class A { v = 2 }\n${cached('(n) => new A().v + n')}`,
  ),
  different(
    'a private method',
    'helper A',
    `class A { #p(n) { return n } m(n) { return this.#p(n) } }\n${cached('(n) => new A().m(n)')}`,
    `class A { #p(n) { return -n } m(n) { return this.#p(n) } }\n${cached('(n) => new A().m(n)')}`,
  ),
  same(
    'an instance that cannot be hashed',
    `class A {}\nconst a = new A()\n${cached('(n) => [n, a]')}`,
    `class A {}\nconst a = new A()\n${cached('(n) => [n, a]')}`,
    { isDoubtful: true },
  ),
]
