// Variables and containers that have an instance in them.
import { type Shape, reached } from './shape.ts'

export const variables: readonly Shape[] = [
  {
    about: 'a constant',
    text: ({ make, use }) => `const it = ${make}\n${reached(`return ${use('it')}`)}`,
  },
  {
    about: 'a variable that nothing assigns later',
    text: ({ make, use }) => `let it = ${make}\n${reached(`return ${use('it')}`)}`,
  },
  {
    about: 'a variable that other code assigns',
    text: ({ make, use }) =>
      `let it\nfunction configure() { it = ${make} }\nconfigure()\n${reached(`return ${use('it')}`)}`,
  },
  {
    about: 'a variable of a block',
    text: ({ make, use }) =>
      `let reached\n{ const it = ${make}; reached = memory.cache(function reached() { return ${use('it')} }) }`,
  },
  {
    about: 'another name of it',
    text: ({ make, use }) => `const one = ${make}\nconst other = one\n${reached(`return ${use('other')}`)}`,
  },
  {
    about: 'a name inside the function',
    text: ({ make, use }) => `const it = ${make}\n${reached(`const mine = it; return ${use('mine')}`)}`,
  },
  {
    about: 'what is destructured from an object',
    text: ({ make, use }) => `const { it } = { it: ${make} }\n${reached(`return ${use('it')}`)}`,
  },
  {
    about: 'what is destructured from a list',
    text: ({ make, use }) => `const [, it] = [1, ${make}]\n${reached(`return ${use('it')}`)}`,
  },
  {
    about: 'a default of what is destructured',
    text: ({ make, use }) => `const { it = ${make} } = {}\n${reached(`return ${use('it')}`)}`,
  },
  {
    about: 'a choice of two',
    text: ({ make, use }) =>
      `const it = process.argv.length > 0 ? ${make} : undefined\n${reached(`return ${use('it')}`)}`,
  },
  {
    about: 'a property',
    text: ({ make, use }) => `const kit = { it: ${make} }\n${reached(`return ${use('kit.it')}`)}`,
  },
  {
    about: 'a property of a property',
    text: ({ make, use }) => `const kit = { net: { it: ${make} } }\n${reached(`return ${use('kit.net.it')}`)}`,
  },
  {
    about: 'a property by a computed name',
    text: ({ make, use }) => `const kit = { it: ${make} }\nconst name = 'it'\n${reached(`return ${use('kit[name]')}`)}`,
  },
  {
    about: 'a property by a symbol',
    text: ({ make, use }) =>
      `const key = Symbol('it')\nconst kit = { [key]: ${make} }\n${reached(`return ${use('kit[key]')}`)}`,
  },
  {
    about: 'a property that is not enumerable',
    text: ({ make, use }) =>
      `const kit = Object.defineProperty({}, 'it', { value: ${make} })\n${reached(`return ${use('kit.it')}`)}`,
  },
  {
    about: 'a property of an object without a prototype',
    text: ({ make, use }) =>
      `const kit = Object.assign(Object.create(null), { it: ${make} })\n${reached(`return ${use('kit.it')}`)}`,
  },
  {
    about: 'an inherited property',
    text: ({ make, use }) => `const kit = Object.create({ it: ${make} })\n${reached(`return ${use('kit.it')}`)}`,
  },
  {
    about: 'a frozen object',
    text: ({ make, use }) => `const kit = Object.freeze({ it: ${make} })\n${reached(`return ${use('kit.it')}`)}`,
  },
  {
    about: 'a copy by spreading',
    text: ({ make, use }) =>
      `const base = { it: ${make} }\nconst kit = { ...base, other: 1 }\n${reached(`return ${use('kit.it')}`)}`,
  },
  {
    about: 'a getter of an object',
    text: ({ make, use }) =>
      `const one = ${make}\nconst kit = { get it() { return one } }\n${reached(`return ${use('kit.it')}`)}`,
  },
  {
    about: 'an element of a list',
    text: ({ make, use }) => `const all = [${make}]\n${reached(`return ${use('all[0]')}`)}`,
  },
  {
    about: 'every element of a list',
    text: ({ make, use }) => `const all = [${make}]\n${reached(`return all.map((it) => ${use('it')})[0]`)}`,
  },
  {
    about: 'a value of a map',
    text: ({ make, use }) => `const all = new Map([['it', ${make}]])\n${reached(`return ${use(`all.get('it')`)}`)}`,
  },
  {
    about: 'an item of a set',
    text: ({ make, use }) => `const all = new Set([${make}])\n${reached(`return ${use('[...all][0]')}`)}`,
  },
  {
    about: 'a value of a weak map',
    text: ({ make, use }) =>
      `const key = {}\nconst all = new WeakMap([[key, ${make}]])\n${reached(`return ${use('all.get(key)')}`)}`,
  },
  {
    about: 'what a weak reference refers to',
    text: ({ make, use }) =>
      `const it = ${make}\nconst ref = new WeakRef(it)\n${reached(`return ${use('ref.deref()')}`)}\nglobalThis.kept = it`,
  },
  {
    about: 'what a promise resolves with',
    text: ({ make, use }) =>
      `const ready = Promise.resolve(${make})\n${reached(`const it = await ready; return ${use('it')}`)}`,
  },
  {
    about: 'a property of a function',
    text: ({ make, use }) => `function kit() {}\nkit.it = ${make}\n${reached(`return ${use('kit.it')}`)}`,
  },
  {
    about: 'a property of the global object',
    text: ({ make, use }) =>
      `globalThis.itOfPackages = ${make}\n${reached(`return ${use('globalThis.itOfPackages')}`)}`,
  },
  {
    about: 'an object that refers to itself',
    text: ({ make, use }) =>
      `const kit = { it: ${make} }\nkit.self = kit\n${reached(`return ${use('kit.self.self.it')}`)}`,
  },
  {
    about: 'a proxy around it',
    only: ['decimal.js', 'axios'],
    text: ({ make, use }) => `const it = new Proxy(${make}, {})\n${reached(`return ${use('it')}`)}`,
  },
]
