import { type Row, nameOf } from './rows/row.ts'

/** One side of a program: a folder of modules. `main.mjs` exports its `uses`: functions to call, of which `plain` is not cached. */
export interface Program {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
}

/** A program before and after an edit of one thing that its results depend on, but for what is only told. */
export interface Case {
  readonly name: string
  readonly uses: readonly string[]
  /** Whether its results do not depend on what differs. */
  readonly isTold?: boolean
  readonly side: (which: 0 | 1) => Program
}

/** How an instance reaches a cached function. */
export const USES = ['captured', 'argument', 'receiver', 'method', 'prototype', 'result'] as const

/** What every program begins with. */
export const HEAD = `import { memory } from '../../gather.mjs'`

/** A function's beginning: async where its body awaits. */
export function functionOf(signature: string, body: string): string {
  return `${/\bawait\b/.test(body) ? 'async ' : ''}function ${signature} { ${body} }`
}

/** The program in which an instance is used in every way. */
export function caseOf(row: Row): Case {
  const name = nameOf(row)
  return { name, uses: USES, side: (which) => ({ name, files: { 'main.mjs': textOf(row, row.sides[which]) } }) }
}

function textOf({ package: module, imports, from = module, also = '', make, use }: Row, side: string): string {
  const onThis = use.replaceAll(/\bit\b(?=[.(?)\],]| })/g, 'this.it')
  const method = (name: string): string => functionOf(`${name}()`, `return ${onThis}`).replace('function ', '')
  // Some instances are thenables, which nothing must wait for.
  const wait = /\bawait\b/.test(make(side)) ? 'await ' : ''
  return `${HEAD}
${also}
${imports === undefined ? '' : `import ${imports} from '${from}'`}
${functionOf('make()', `return ${make(side)}`)}
const it = ${wait}make()
const captured = memory.cache(${functionOf('captured()', `return ${use}`)})
const argument = memory.cache(${functionOf('argument(it)', `return ${use}`)})
const receiver = memory.cache(${functionOf('receiver()', `const it = this; return ${use}`)})
class Holder {
  constructor(it) { this.it = it }
  ${method('method')}
  ${method('prototype')}
}
Holder.prototype.method = memory.cached()(Holder.prototype.method, { kind: 'method', name: 'method', static: false, private: false })
Holder.prototype.prototype = memory.cache(Holder.prototype.prototype)
const result = memory.cache(${functionOf('result()', `return ${make(side)}`)})
${functionOf('useOf(it)', `return ${use}`)}
export const uses = {
  plain: async () => useOf(${wait}make()),
  captured: async () => captured(),
  argument: async () => argument(${wait}make()),
  receiver: async () => receiver.call(${wait}make()),
  method: async () => new Holder(${wait}make()).method(),
  prototype: async () => new Holder(${wait}make()).prototype(),
  result: async () => useOf(${wait}result()),
}
`
}
