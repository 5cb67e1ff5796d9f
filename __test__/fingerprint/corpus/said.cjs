'use strict'
// Stands beside the programs of one side and gathers what each of them says, whatever loads it. All are loaded before the
// first is asked for its key: for a function of a script that was loaded since, V8 lists all scripts, which are hundreds
// here. `CORPUS_SIDE` tells what is asked besides keys: `before` calls each function, so that its result is stored; `after`
// asks why it would run again.
const { writeFileSync } = require('node:fs')

const said = []
const programs = []
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

/** `call` gives what the program that has begun calls: the function, and the arguments. */
exports.end = (call) => {
  try {
    programs[current] = call()
  } catch (error) {
    said[current].key = failure(error)
  }
}

/** Runs a program that is a module. */
exports.load = async (index, load) => {
  exports.begin(index)
  try {
    const module = await load()
    exports.end(module.call ?? module.default.call)
  } catch (error) {
    said[index].key = failure(error)
  }
}

/** As `load`, where modules load at once. */
exports.loadSync = (index, load) => {
  exports.begin(index)
  try {
    exports.end(load().call)
  } catch (error) {
    said[index].key = failure(error)
  }
}

/** Asks all programs, where nothing waits for promises. */
exports.finishSync = () => {
  programs.forEach(ask)
  write()
}

/** Asks all programs, one after the other, so that all results are stored. */
exports.finish = async () => {
  for (const [index, program] of programs.entries()) {
    if (program === undefined) continue
    ask(program, index)
    await Promise.allSettled(calls.slice(-1))
  }
  write()
}

function ask({ f, args }, index) {
  const one = said[index]
  current = index
  try {
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

function write() {
  writeFileSync(process.env.CORPUS_SAID, JSON.stringify(said))
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
