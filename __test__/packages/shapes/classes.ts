// Classes and modules that have an instance.
import { type Shape, reached } from './shape.ts'

const holder = (fields: string, instance: string): string => `class Kit { ${fields} }\nconst kit = new Kit(${instance})`
const CONSTRUCTOR = 'constructor(it) { this.it = it }'

export const classes: readonly Shape[] = [
  {
    about: 'a field',
    text: ({ make, use }) => `${holder(CONSTRUCTOR, make)}\n${reached(`return ${use('kit.it')}`)}`,
  },
  {
    about: 'a field that a method reads',
    text: ({ make, use }) =>
      `${holder(`${CONSTRUCTOR} read() { return ${use('this.it')} }`, make)}\n${reached('return kit.read()')}`,
  },
  {
    about: 'a field that an arrow function reads',
    text: ({ make, use }) =>
      `${holder(`${CONSTRUCTOR} read = () => ${use('this.it')}`, make)}\n${reached('return kit.read()')}`,
  },
  {
    about: 'a private field',
    text: ({ make, use }) =>
      `${holder(`#it; constructor(it) { this.#it = it } read() { return ${use('this.#it')} }`, make)}\n${reached('return kit.read()')}`,
  },
  {
    about: 'a private field behind a getter',
    text: ({ make, use }) =>
      `${holder(`#it; constructor(it) { this.#it = it } get it() { return this.#it }`, make)}\n${reached(`return ${use('kit.it')}`)}`,
  },
  {
    about: 'what a compiler keeps in a weak map',
    text: ({ make, use }) =>
      `const kept = new WeakMap()\n${holder(`constructor(it) { kept.set(this, it) } get it() { return kept.get(this) }`, make)}\n${reached(`return ${use('kit.it')}`)}`,
  },
  {
    about: 'a static field',
    text: ({ make, use }) => `class Kit { static it = ${make} }\n${reached(`return ${use('Kit.it')}`)}`,
  },
  {
    about: 'an inherited static field',
    text: ({ make, use }) =>
      `class Base { static it = ${make} }\nclass Kit extends Base {}\n${reached(`return ${use('Kit.it')}`)}`,
  },
  {
    about: 'a static private field',
    text: ({ make, use }) =>
      `class Kit { static #it = ${make}; static read() { return ${use('Kit.#it')} } }\n${reached('return Kit.read()')}`,
  },
  {
    about: 'a static block',
    text: ({ make, use }) => `class Kit { static { this.it = ${make} } }\n${reached(`return ${use('Kit.it')}`)}`,
  },
  {
    about: 'a property of a prototype',
    text: ({ make, use }) =>
      `class Kit {}\nKit.prototype.it = ${make}\nconst kit = new Kit()\n${reached(`return ${use('kit.it')}`)}`,
  },
  {
    about: 'a field of a class that the function makes',
    text: ({ make, use }) => `const it = ${make}\nclass Kit { it = it }\n${reached(`return ${use('new Kit().it')}`)}`,
  },
  {
    about: 'a field of a base class',
    text: ({ make, use }) =>
      `class Base { ${CONSTRUCTOR} }\nclass Kit extends Base { read() { return ${use('this.it')} } }\nconst kit = new Kit(${make})\n${reached('return kit.read()')}`,
  },
  {
    about: 'a singleton',
    text: ({ make, use }) =>
      `class Kit { static #one; ${CONSTRUCTOR} static get one() { return (Kit.#one ??= new Kit(${make})) } }\n${reached(`return ${use('Kit.one.it')}`)}`,
  },
  {
    about: 'a field of a captured instance in a list',
    text: ({ make, use }) =>
      `${holder(CONSTRUCTOR, make)}\nconst kits = [kit]\n${reached(`return kits.map(({ it }) => ${use('it')})[0]`)}`,
  },
]

export const modules: readonly Shape[] = [
  {
    about: 'an import by name',
    text: ({ use }) => `import { it } from './other.mjs'\n${reached(`return ${use('it')}`)}`,
    modules: ({ imports, make }) => ({ other: `${imports}\nexport const it = ${make}` }),
  },
  {
    about: 'a default import',
    text: ({ use }) => `import it from './other.mjs'\n${reached(`return ${use('it')}`)}`,
    modules: ({ imports, make }) => ({ other: `${imports}\nexport default ${make}` }),
  },
  {
    about: 'a namespace',
    text: ({ use }) => `import * as kit from './other.mjs'\n${reached(`return ${use('kit.it')}`)}`,
    modules: ({ imports, make }) => ({ other: `${imports}\nexport const it = ${make}` }),
  },
  {
    about: 'a namespace that is handed on',
    text: ({ use }) =>
      `import * as kit from './other.mjs'\nconst helper = (one) => ${use('one.it')}\n${reached('return helper(kit)')}`,
    modules: ({ imports, make }) => ({ other: `${imports}\nexport const it = ${make}` }),
  },
  {
    about: 'a name that is exported again',
    text: ({ use }) => `import { it } from './other.mjs'\n${reached(`return ${use('it')}`)}`,
    modules: ({ imports, make }) => ({
      other: `export { one as it } from './third.mjs'`,
      third: `${imports}\nexport const one = ${make}`,
    }),
  },
  {
    about: 'all that is exported again',
    text: ({ use }) => `import * as kit from './other.mjs'\n${reached(`return ${use('kit.third.it')}`)}`,
    modules: ({ imports, make }) => ({
      other: `export * as third from './third.mjs'`,
      third: `${imports}\nexport const it = ${make}`,
    }),
  },
  {
    about: 'a helper of another module',
    text: () => `import { read } from './other.mjs'\n${reached('return read()')}`,
    modules: ({ imports, make, use }) => ({
      other: `${imports}\nconst it = ${make}\nexport const read = () => ${use('it')}`,
    }),
  },
  {
    about: 'a module that is configured',
    text: ({ make }) =>
      `import { configure, read } from './other.mjs'\nconfigure(${make})\n${reached('return read()')}`,
    modules: ({ use }) => ({
      other: `let it\nexport const configure = (one) => { it = one }\nexport const read = () => ${use('it')}`,
    }),
  },
  {
    about: 'an import whose binding changes',
    text: ({ make, use }) =>
      `import { configure, it } from './other.mjs'\nconfigure(${make})\n${reached(`return ${use('it')}`)}`,
    modules: () => ({ other: `export let it\nexport const configure = (one) => { it = one }` }),
  },
  {
    about: 'a module that waits for it',
    text: ({ use }) => `import { it } from './other.mjs'\n${reached(`return ${use('it')}`)}`,
    modules: ({ imports, make }) => ({ other: `${imports}\nexport const it = await Promise.resolve(${make})` }),
  },
  {
    about: 'an import within the function',
    text: ({ use }) => reached(`const { it } = await import('./other.mjs'); return ${use('it')}`),
    modules: ({ imports, make }) => ({ other: `${imports}\nexport const it = ${make}` }),
  },
  {
    about: 'options of another module',
    text: ({ makeWith, use }) =>
      `import { options } from './other.mjs'\nconst it = ${makeWith('options')}\n${reached(`return ${use('it')}`)}`,
    modules: ({ text }) => ({ other: `export const options = ${text}` }),
  },
]
