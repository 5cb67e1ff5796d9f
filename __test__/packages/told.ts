// What a function only tells: loggers and metrics whose calls' values it never uses.
import { type Case, HEAD, functionOf } from './program.ts'

interface Told {
  readonly name: string
  readonly imports?: string
  /** An expression for a new logger. */
  readonly make: (text: string) => string
  readonly sides: readonly [string, string]
  /** How a function tells `it` something: statements. */
  readonly tell: string
  /** Declares what it tells it by. */
  readonly helper?: string | undefined
}

const levels = [`'info'`, `'error'`] as const
const names = [`'one'`, `'two'`] as const
const PINO = `import pino from 'pino'`
const pinoAt = (level: string): string => `pino({ level: ${level} })`

const loggers: readonly Told[] = [
  {
    name: 'by winston',
    imports: `import winston from 'winston'`,
    make: (level) => `winston.createLogger({ level: ${level}, transports: [new winston.transports.Console()] })`,
    sides: levels,
    tell: `it.info('begin', { n: 1 })`,
  },
  { name: 'by pino', imports: PINO, make: pinoAt, sides: levels, tell: `it.info({ n: 1 }, 'begin')` },
  {
    name: 'by pino: child',
    imports: PINO,
    make: (name) => `pino().child({ name: ${name} })`,
    sides: names,
    tell: `it.info('begin')`,
  },
  {
    name: 'by bunyan',
    imports: `import bunyan from 'bunyan'`,
    make: (name) => `bunyan.createLogger({ name: ${name} })`,
    sides: names,
    tell: `it.info('begin')`,
  },
  {
    name: 'by loglevel',
    imports: `import loglevel from 'loglevel'`,
    make: (name) => `loglevel.getLogger(${name})`,
    sides: names,
    tell: `it.info('begin')`,
  },
  {
    name: 'by debug',
    imports: `import debug from 'debug'`,
    make: (name) => `debug(${name})`,
    sides: names,
    tell: `it('begin %d', 1)`,
  },
  {
    name: 'by consola',
    imports: `import { createConsola } from 'consola'`,
    make: (level) => `createConsola({ level: ${level} })`,
    sides: ['3', '4'],
    tell: `it.start('begin'), it.success('end')`,
  },
  {
    name: 'by log4js',
    imports: `import log4js from 'log4js'`,
    make: (name) => `log4js.getLogger(${name})`,
    sides: names,
    tell: `it.info('begin')`,
  },
  {
    name: 'by signale',
    imports: `import signale from 'signale'`,
    make: (scope) => `new signale.Signale({ scope: ${scope} })`,
    sides: names,
    tell: `it.success('begin')`,
  },
  {
    name: 'by tslog',
    imports: `import { Logger } from 'tslog'`,
    make: (name) => `new Logger({ name: ${name}, type: 'json' })`,
    sides: names,
    tell: `it.info('begin')`,
  },
  {
    name: 'by prom-client',
    imports: `import { Counter, Registry } from 'prom-client'`,
    make: (name) => `new Counter({ name: ${name}, help: 'a', registers: [new Registry()] })`,
    sides: names,
    tell: `it.inc(); it.inc(2)`,
  },
  {
    name: 'by hot-shots',
    imports: `import StatsD from 'hot-shots'`,
    make: (prefix) => `new StatsD({ prefix: ${prefix}, mock: true })`,
    sides: names,
    tell: `it.increment('calls'); it.gauge('n', 1)`,
  },
  { name: 'by console', make: () => 'console', sides: names, tell: `it.log('begin'); console.warn('end')` },
  {
    name: 'by console of the user',
    imports: `import { Console } from 'node:console'`,
    make: (name) => `Object.assign(new Console(process.stdout), { name: ${name} })`,
    sides: names,
    tell: `it.log('begin')`,
  },
  {
    name: 'by standard output',
    make: () => 'process.stdout',
    sides: names,
    tell: `it.write('begin'); process.stderr.write('end')`,
  },
  {
    name: 'by class of the user with a private stream',
    imports: `class Log { #to; constructor(name) { this.#to = process.stdout; this.name = name } info(text) { this.#to.write(text) } }`,
    make: (name) => `new Log(${name})`,
    sides: names,
    tell: `it.info('begin')`,
  },
]

/** Ways of telling, with one logger: how, the statements, and what they need. */
const ways: readonly (readonly [string, string, string?])[] = [
  ['where there is one', `it?.info?.('begin')`],
  ['in the end', `try { Math.min(1) } finally { it.info('end') }`],
  ['where something is wrong', `try { JSON.parse('{') } catch (error) { it.error(error) }`],
  ['on a condition', `if (process.argv.length > 0) it.info('begin'); else it.warn('begin')`],
  ['on a condition in short', `process.argv.length > 0 && it.info('begin')`],
  ['as void', `void it.info('begin')`],
  ['with what it made', 'for (const n of [1, 2]) it.info({ n }, `step ${n}`)'],
  ['in a callback', `[1, 2].forEach((n) => it.info(String(n)))`],
  ['and waits', `await it.flush()`],
  ['by a helper', `note('begin')`, `const note = (text) => it.info(text)`],
  ['by a helper with braces', `note('begin')`, `function note(text) { it.info(text); it.debug(text) }`],
  ['by a property', `kit.log.info('begin')`, `const kit = { log: it, rate: 2 }`],
  ['by a bound method', `info('begin')`, `const info = it.info.bind(it)`],
  ['by its child', `const child = it.child({ n: 1 }); child.info('begin')`],
]

const told: readonly Told[] = [
  ...loggers,
  ...ways.map(([how, tell, helper]) => ({
    name: how,
    imports: PINO,
    make: pinoAt,
    sides: levels,
    tell,
    helper,
  })),
]

/** Functions that tell a logger something which they captured, or a field of theirs. */
export const tellers: readonly Case[] = told.map((one) => ({
  name: `told ${one.name}`,
  // A helper uses what it captured: the method has nothing of it on its `this`.
  uses: one.helper === undefined ? ['captured', 'method'] : ['captured'],
  isTold: true,
  side: (which) => ({ name: `told ${one.name}`, files: { 'main.mjs': textOf(one, one.sides[which]) } }),
}))

function textOf({ imports = '', make, helper = '', tell }: Told, side: string): string {
  const onThis = helper === '' ? tell.replaceAll(/\bit\b(?=[.(?])/g, 'this.it') : tell
  const method = functionOf('method(n)', `${onThis}; return n * 2`).replace('function ', '')
  return `${HEAD}
${imports}
const it = ${make(side)}
${helper}
const captured = memory.cache(${functionOf('captured(n)', `${tell}; return n * 2`)})
class Job {
  it = it
  ${method}
}
Job.prototype.method = memory.cached()(Job.prototype.method, { kind: 'method', name: 'method', static: false, private: false })
export const uses = { plain: () => 2, captured: () => captured(1), method: () => new Job().method(1) }
`
}
