// Stands beside the programs of one side, gives them their memory, and gathers what became of each of their calls.
import { Memory } from 'engram'
import { writeFileSync } from 'node:fs'

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
  const told = (said[name] = {})
  try {
    const { uses, restore } = await within(load())
    for (const [use, make] of Object.entries(uses)) {
      process.stdout.write(`${use} `)
      told[use] = await used(make)
    }
    restore?.()
  } catch (error) {
    told.failure = String(error?.stack ?? error)
  }
}

async function used(make) {
  call = { statuses: [], warnings: [], values: [] }
  const one = call
  try {
    // A program may put something in the place of what it uses, so that nothing else runs in between.
    for (let n = 0; n < (make.times ?? 2); n++) one.values.push(JSON.stringify(await within(make())) ?? 'undefined')
  } catch (error) {
    one.failure = String(error?.stack ?? error)
  }
  call = undefined
  return one
}

/** Promises that never settle would end the process in silence. */
function within(promise) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('It takes too long.')), 20_000)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** Many packages keep the process alive. */
export async function finish() {
  writeFileSync(process.env.PACKAGES_SAID, JSON.stringify(said))
  await memory.close()
  process.exit()
}
