// The first key of a function: it and all that it reaches are read. The store is opened by another function before.
import { performance } from 'node:perf_hooks'
import { Memory } from '../../../dist/index.js'
import { report, task } from './contestant.mjs'

const program = await import(task.source)
const memory = new Memory({ location: task.dir, onError: 'throw' })
memory.cache(() => 0, { name: 'other', version: '1' })()
const cached = program[task.wrap](memory)
const began = performance.now()
cached.key(1)
report({ figure: performance.now() - began })
await memory.close()
