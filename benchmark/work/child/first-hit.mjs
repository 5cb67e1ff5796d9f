// A script as a user has it: open, call, print. Its whole life is measured from outside.
import { adapter, task } from './contestant.mjs'
import { later as promised, record, runCount } from './data.mjs'

const { open } = await adapter()
const { call, close } = await open(record, promised.record)
const found = await call(task.count >> 1)
if (runCount() !== 0) throw new Error('the entry was not there')
await close()
process.stdout.write(`${JSON.stringify({ id: found.id })}\n`)
