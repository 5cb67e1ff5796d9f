// Stores numbered values, says so, and ends in the way asked for: end <location, or - for no store> <ending>
import { writeSync } from 'node:fs'
import { Memory } from '../../../index.ts'
import { numberedValue } from './numbered-values.ts'

const [location, ending] = process.argv.slice(2) as [string, string]
const memory = new Memory({ location: location === '-' ? null : location, onError: 'throw' })
const value = numberedValue(memory)
for (let number = 0; number < 40; number++) value(number)
// Uses, which a store writes down when it is closed.
for (let use = 0; use < 9; use++) value(11)

function work(run: () => unknown): unknown {
  return memory.cache(run, { name: 'work', strategy: 'inputHash' })()
}

/** Keeps storing, as a program does that is ended from outside. */
function goOn(): void {
  let number = 40
  setInterval(() => value(number++), 1)
}

const endings: Record<string, () => unknown> = {
  naturally: () => {},
  'naturally, later': () => setTimeout(() => value(40), 20),
  'naturally, with an exit code': () => (process.exitCode = 5),
  'naturally, closed': () => memory.close(),
  'naturally, with the file open twice': () => numberedValue(new Memory({ location: memory.location }))(1),
  'by process.exit()': () => process.exit(7),
  'by process.exit() during a call': () => work(() => process.exit(3)),
  'by process.exit() while a call waits': () => {
    void work(() => new Promise(() => {}))
    setImmediate(() => process.exit(4))
  },
  'by process.exit() within a promise': async () => {
    await work(async () => 1)
    process.exit(6)
  },
  'with calls in its exit handlers': () => {
    const late = numberedValue(new Memory({ location: memory.location, onError: 'throw' }))
    process.on('exit', () => late(1))
    process.exit(2)
  },
  'with a memory opened by its exit handler': () => {
    process.on('exit', () => numberedValue(new Memory({ location: memory.location, onError: 'throw' }))(1))
    process.exit(2)
  },
  'with nothing left to wait for': () => work(() => new Promise(() => {})),
  'by an uncaught error': () => {
    throw new Error('nobody catches this')
  },
  'by an uncaught error of a function': () =>
    work(() => {
      throw new Error('nobody catches this')
    }),
  'by an error in a listener': () => {
    memory.on('call', () => {
      throw new Error('nobody catches this')
    })
    return memory.cache(() => 1, { name: 'heard', strategy: false })()
  },
  'by an unhandled rejection': () => void Promise.reject(new Error('nobody handles this')),
  'by an unhandled rejection of a function': () => void work(() => Promise.reject(new Error('nobody handles this'))),
  'by SIGINT': goOn,
  'by SIGTERM': goOn,
  'by SIGTERM that it handles': () => {
    process.on('SIGTERM', () => process.exit(143))
    goOn()
  },
  'by SIGINT that it handles by finishing': () => {
    const timer = setInterval(() => value(1), 1)
    process.once('SIGINT', () => clearInterval(timer))
  },
  'by a signal of its own': () => process.kill(process.pid, 'SIGTERM') && goOn(),
}

const over = endings[ending]!()
writeSync(1, 'ready\n')
await over
