import { HEAD } from '../program.ts'

/** What reaches a cached function, by the shapes. */
export interface Subject {
  readonly name: string
  /** Statements that import what `make` and `use` need. */
  readonly imports: string
  readonly make: (text: string) => string
  readonly sides: readonly [string, string]
  /** What a function makes of the instance that an expression gives. */
  readonly use: (instance: string) => string
}

/** What a shape writes its program with: an expression for a new instance, and one for what is made of one. */
export interface Parts {
  readonly imports: string
  readonly make: string
  /** What the instance is made with, and an expression that makes one with what an expression gives. */
  readonly text: string
  readonly makeWith: (text: string) => string
  readonly use: (instance: string) => string
}

/** A way in which an instance reaches a cached function. */
export interface Shape {
  readonly about: string
  /** Statements of the main module, which declare `reached`; and other modules by their names. */
  readonly text: (parts: Parts) => string
  readonly modules?: (parts: Parts) => Readonly<Record<string, string>>
  /** Names of the subjects that can take this shape; all can where it is left out. */
  readonly only?: readonly string[]
}

/** Declares `reached`: a cached function with this body. */
export function reached(body: string): string {
  const begin = /\bawait\b/.test(body) ? 'async ' : ''
  return `const reached = memory.cache(${begin}function reached() { ${body} })`
}

export const subjects: readonly Subject[] = [
  {
    name: 'decimal.js',
    imports: `import { Decimal } from 'decimal.js'`,
    make: (rate) => `new Decimal(${rate})`,
    sides: [`'1.19'`, `'1.21'`],
    use: (it) => `${it}.times(100).toString()`,
  },
  {
    name: 'axios',
    imports: `import axios from 'axios'`,
    make: (url) => `axios.create({ baseURL: ${url} })`,
    sides: [`'http://one.test'`, `'http://two.test'`],
    use: (it) => `${it}.getUri({ url: '/users' })`,
  },
  {
    name: 'lru-cache',
    imports: `import { LRUCache } from 'lru-cache'\nconst filled = (value) => { const it = new LRUCache({ max: 9 }); it.set('a', value); return it }`,
    make: (value) => `filled(${value})`,
    sides: ['2', '3'],
    use: (it) => `${it}.get('a')`,
  },
]

/** All modules of a program that gives an instance to a cached function in this way. */
export function filesOf(shape: Shape, subject: Subject, which: 0 | 1): Readonly<Record<string, string>> {
  const text = subject.sides[which]
  const { imports, make, use } = subject
  const parts: Parts = { imports, make: make(text), text, makeWith: make, use }
  const main = `${HEAD}
${imports}
${shape.text(parts)}
export const uses = {
  plain: () => { const it = ${make(text)}; return ${use('it')} },
  reached: () => reached(),
}
`
  const modules = Object.entries(shape.modules?.(parts) ?? {}).map(([name, module]) => [`${name}.mjs`, module])
  return { 'main.mjs': main, ...(Object.fromEntries(modules) as Record<string, string>) }
}
