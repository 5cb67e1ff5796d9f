// Functions that hand an instance on, and instances that are opened when they are first used.
import { type Shape, reached } from './shape.ts'

export const functions: readonly Shape[] = [
  {
    about: 'a helper',
    text: ({ make, use }) =>
      `const it = ${make}\nfunction helper() { return ${use('it')} }\n${reached('return helper()')}`,
  },
  {
    about: 'a helper of a helper',
    text: ({ make, use }) =>
      `const it = ${make}\nconst inner = () => ${use('it')}\nconst outer = () => inner()\n${reached('return outer()')}`,
  },
  {
    about: 'a helper that gives it',
    text: ({ make, use }) => `const it = ${make}\nconst client = () => it\n${reached(`return ${use('client()')}`)}`,
  },
  {
    about: 'a helper that makes it',
    text: ({ make, use }) => `const client = () => ${make}\n${reached(`return ${use('client()')}`)}`,
  },
  {
    about: 'a helper that takes it',
    text: ({ make, use }) =>
      `const it = ${make}\nconst helper = (one) => ${use('one')}\n${reached('return helper(it)')}`,
  },
  {
    about: 'an async helper',
    text: ({ make, use }) =>
      `const it = ${make}\nasync function helper() { return ${use('it')} }\n${reached('return await helper()')}`,
  },
  {
    about: 'a generator',
    text: ({ make, use }) =>
      `const it = ${make}\nfunction* helper() { yield ${use('it')} }\n${reached('return [...helper()][0]')}`,
  },
  {
    about: 'a default of a parameter',
    text: ({ make, use }) =>
      `const it = ${make}\nconst reached = memory.cache(function reached(one = it) { return ${use('one')} })`,
  },
  {
    about: 'a default of a parameter of a helper',
    text: ({ make, use }) =>
      `const it = ${make}\nconst helper = (one = it) => ${use('one')}\n${reached('return helper()')}`,
  },
  {
    about: 'a closure',
    text: ({ make, use }) =>
      `const factory = (it) => function reached() { return ${use('it')} }\nconst reached = memory.cache(factory(${make}))`,
  },
  {
    about: 'a closure of a closure',
    text: ({ make, use }) =>
      `const factory = (it) => () => function reached() { return ${use('it')} }\nconst reached = memory.cache(factory(${make})())`,
  },
  {
    about: 'a closure over an object of options',
    text: ({ make, use }) =>
      `const factory = ({ it }) => function reached() { return ${use('it')} }\nconst reached = memory.cache(factory({ it: ${make} }))`,
  },
  {
    about: 'a function that is called at once',
    text: ({ make, use }) =>
      `const api = (() => { const it = ${make}; return { read: () => ${use('it')} } })()\n${reached('return api.read()')}`,
  },
  {
    about: 'a bound receiver',
    text: ({ make, use }) =>
      `const helper = function () { return ${use('this')} }.bind(${make})\n${reached('return helper()')}`,
  },
  {
    about: 'a bound argument',
    text: ({ make, use }) => `const helper = ((it) => ${use('it')}).bind(null, ${make})\n${reached('return helper()')}`,
  },
  {
    about: 'a callback',
    text: ({ make, use }) =>
      `const it = ${make}\nconst read = () => ${use('it')}\n${reached('return [1].map(read)[0]')}`,
  },
  {
    about: 'functions in a list',
    text: ({ make, use }) =>
      `const it = ${make}\nconst steps = [() => ${use('it')}]\n${reached('return steps.map((step) => step())[0]')}`,
  },
  {
    about: 'functions by name',
    text: ({ make, use }) =>
      `const it = ${make}\nconst table = { read: () => ${use('it')} }\n${reached(`return table['re' + 'ad']()`)}`,
  },
  {
    about: 'a recursive helper',
    text: ({ make, use }) =>
      `const it = ${make}\nconst helper = (n) => (n === 0 ? ${use('it')} : helper(n - 1))\n${reached('return helper(3)')}`,
  },
  {
    about: 'a helper that remembers',
    text: ({ make, use }) =>
      `const it = ${make}\nconst kept = new Map()\nconst helper = () => { if (!kept.has(1)) kept.set(1, ${use('it')}); return kept.get(1) }\n${reached('return helper()')}`,
  },
  {
    about: 'a tag of a template',
    text: ({ make, use }) => `const it = ${make}\nconst tag = () => ${use('it')}\n${reached('return tag`a`')}`,
  },
  {
    about: 'a promisified function',
    text: ({ make, use }) =>
      `import { promisify } from 'node:util'\nconst it = ${make}\nconst read = promisify((done) => done(null, ${use('it')}))\n${reached('return await read()')}`,
  },
  {
    about: 'opened when it is first used',
    text: ({ text, makeWith, use }) =>
      `const options = ${text}\nlet it\n${reached(`it ??= ${makeWith('options')}; return ${use('it')}`)}`,
  },
  {
    about: 'opened by a helper when it is first used',
    text: ({ text, makeWith, use }) =>
      `const options = ${text}\nlet it\nconst open = () => { if (!it) it = ${makeWith('options')}; return it }\n${reached(`return ${use('open()')}`)}`,
  },
  {
    about: 'opened once by name',
    text: ({ text, makeWith, use }) =>
      `const options = ${text}\nconst pool = new Map()\nconst open = (name) => { if (!pool.has(name)) pool.set(name, ${makeWith('options')}); return pool.get(name) }\n${reached(`return ${use(`open('a')`)}`)}`,
  },
  {
    about: 'opened by a promise that is kept',
    text: ({ text, makeWith, use }) =>
      `const options = ${text}\nlet ready\nconst open = async () => ${makeWith('options')}\n${reached(`ready ??= open(); const it = await ready; return ${use('it')}`)}`,
  },
  {
    about: 'opened before, and kept by the helper that opens it',
    text: ({ make, use }) =>
      `let it\nconst open = (one) => { it ??= one; return it }\nopen(${make})\n${reached(`return ${use('open()')}`)}`,
  },
  {
    about: 'a receiver by reflection',
    text: ({ make, use }) =>
      `const it = ${make}\nconst read = function () { return ${use('this')} }\n${reached('return Reflect.apply(read, it, [])')}`,
  },
]
