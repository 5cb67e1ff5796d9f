// Stands beside the programs of one side, gives them their memory, and gathers what became of each of their calls.
import { Memory } from 'engram'
import { writeFileSync } from 'node:fs'
// Some programs put others in their place.
import { clearTimeout, setTimeout } from 'node:timers'

export const memory = new Memory({ location: process.env.PACKAGES_STORE })

const said = {}
let call

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
export async function tell(name, load) {
  process.stdout.write(`\n${name}: `)
  const told = (said[name] = { calls: {} })
  let restore
  try {
    const program = await within(load())
    restore = program.restore
    for (const [use, start] of Object.entries(program.uses)) {
      process.stdout.write(`${use} `)
      told.calls[use] = await twice(start)
    }
  } catch (error) {
    told.failure = textOf(error)
  }
  restore?.()
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
  writeFileSync(process.env.PACKAGES_SAID, JSON.stringify(said))
  await memory.close()
  process.exit()
}
