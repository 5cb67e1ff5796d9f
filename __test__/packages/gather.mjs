// Stands beside the programs of one side, gives them their memory, and gathers what became of each of their calls.
import { Memory } from 'engram'
import { appendFileSync } from 'node:fs'
// Some programs put others in their place.
import { clearTimeout, setTimeout } from 'node:timers'

const { cpuUsage } = process

export const memory = new Memory({ location: process.env.PACKAGES_STORE })

let call
/** The program that ended an earlier process: the others come after it. */
let after = process.env.PACKAGES_AFTER

memory.on('call', (event) => {
  if (call === undefined) return
  call.statuses.push(event.status)
  if (event.status === 'miss') call.changed ??= event.changed?.map(({ part, name }) => `${part} ${name}`)
})

const { emitWarning } = process
process.emitWarning = (message, options, ...more) => {
  if (options?.type !== 'EngramWarning') emitWarning.call(process, message, options, ...more)
  else call?.warnings.push({ code: options.code, message: String(message) })
}
// What a package does on its own, long after it was used, must not end the others.
process.on('uncaughtException', () => {})
process.on('unhandledRejection', () => {})

/** Runs one program: each of its uses twice, as what a second call finds tells whether the first one changed anything. */
export async function tell(name, uses, load) {
  if (after) {
    if (name === after) after = undefined
    return
  }
  const calls = {}
  note({ name })
  const before = cpu()
  let restore, failure
  try {
    const program = await within(load())
    restore = program.restore
    for (const use of ['plain', ...uses]) calls[use] = await twice(program.uses[use])
  } catch (error) {
    failure = textOf(error)
  }
  restore?.()
  note({ name, calls, cpu: cpu() - before, failure })
}

/** A line at once: a program that ends the process leaves what was said before. */
function note(line) {
  appendFileSync(process.env.PACKAGES_SAID, `${JSON.stringify(line)}\n`)
}

function cpu() {
  const { user, system } = cpuUsage()
  return (user + system) / 1000
}

async function twice(start) {
  const one = (call = { statuses: [], warnings: [], values: [] })
  try {
    for (let n = 0; n < 2; n++) one.values.push(JSON.stringify(await within(start())) ?? 'undefined')
  } catch (error) {
    one.failure = textOf(error)
  }
  call = undefined
  return one
}

/** A promise that never settles would end the process in silence. */
function within(promise) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('It takes too long.')), 20_000)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

function textOf(error) {
  return String(error?.stack ?? error)
}

/** Many packages keep the process alive. */
export async function finish() {
  await memory.close()
  note({ name: 'end of the batch' })
  process.exit()
}
