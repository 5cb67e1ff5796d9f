'use strict'
// Stands beside the programs of one side and gathers what each of them says, whatever loads it. `CORPUS_SIDE` tells what is
// asked besides keys: `before` calls each function, so that its result is stored; `after` asks why it would run again.
const { writeFileSync } = require('node:fs')

const said = []
const calls = []
const side = process.env.CORPUS_SIDE
let current

const { emitWarning } = process
process.emitWarning = (message, options, ...more) => {
  if (options?.type !== 'EngramWarning') emitWarning.call(process, message, options, ...more)
  else if (current !== undefined) said[current].isDoubtful = true
}

/** The program of this number runs from now on. */
exports.begin = (index) => {
  current = index
  said[index] = { key: 'It said nothing.', isDoubtful: false }
  globalThis.pair = `p${index}`
}

/** `call` gives what the program calls: the function, and the arguments. */
exports.say = (call) => {
  const one = said[current]
  try {
    const { f, args } = call()
    // To ask a method for its key is to call it, after which there is nothing to explain.
    if (side === 'after') one.changed = attempt(() => f.explain(...args).changed)
    one.key = f.key(...args)
    // What is said of results is no matter of keys.
    current = undefined
    if (side === 'before') calls.push(attempt(() => f(...args)))
  } catch (error) {
    one.key = failure(error)
  }
}

/** Runs a program that is a module. */
exports.tell = async (index, load) => {
  exports.begin(index)
  try {
    const module = await load()
    exports.say(module.call ?? module.default.call)
    await Promise.allSettled(calls.slice(-1))
  } catch (error) {
    said[index].key = failure(error)
  }
}

/** As `tell`, where modules load at once. */
exports.tellSync = (index, load) => {
  exports.begin(index)
  exports.say(() => load().call())
}

/** To be waited for, if there is a way, so that all results are stored. */
exports.finish = () => {
  writeFileSync(process.env.CORPUS_SAID, JSON.stringify(said))
  return Promise.allSettled(calls)
}

function attempt(operation) {
  try {
    return operation()
  } catch (error) {
    return failure(error)
  }
}

function failure(error) {
  return `${error?.stack} ${Math.random()}`
}
