'use strict'
// Stands beside the programs of one side and gathers what each of them says, whatever loads it.
const { writeFileSync } = require('node:fs')

const said = []
let current

const { emitWarning } = process
process.emitWarning = (message, options, ...more) => {
  if (options?.type === 'EngramWarning') said[current].isDoubtful = true
  else emitWarning.call(process, message, options, ...more)
}

/** The program of this number runs from now on. */
exports.begin = (index) => {
  current = index
  said[index] = { key: 'It said nothing.', isDoubtful: false }
  globalThis.pair = `p${index}`
}

/** `call` gives what the program calls: the function, and the arguments. */
exports.say = (call) => {
  try {
    const { f, args } = call()
    said[current].key = f.key(...args)
  } catch (error) {
    fail(error)
  }
}

/** Runs a program that is a module. */
exports.tell = async (index, load) => {
  exports.begin(index)
  try {
    const module = await load()
    exports.say(module.call ?? module.default.call)
  } catch (error) {
    fail(error)
  }
}

/** As `tell`, where modules load at once. */
exports.tellSync = (index, load) => {
  exports.begin(index)
  exports.say(() => load().call())
}

exports.finish = () => writeFileSync(process.env.CORPUS_SAID, JSON.stringify(said))

function fail(error) {
  said[current].key = `${error?.stack} ${Math.random()}`
}
