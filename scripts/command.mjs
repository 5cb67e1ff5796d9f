import { spawn, spawnSync } from 'node:child_process'
import { root } from './environment.mjs'

/** A step that failed after it said why: nothing to add but the exit code. */
export class StepFailed extends Error {}

/**
 * Runs a program in the checkout, or another folder, its output shown. It gets no input, so that nothing ever waits for
 * an answer.
 *
 * @throws {StepFailed} when it does not exit with 0
 */
export function run(program, args, options = {}) {
  const { directory = root, env = process.env, input = 'ignore', output = 'inherit' } = options
  const { status, error } = spawnSync(program, args, { cwd: directory, env, stdio: [input, output, 'inherit'] })
  if (status !== 0) throw new StepFailed(`${[program, ...args].join(' ')} failed${error ? `: ${error.message}` : ''}`)
}

/** Runs npm: the one that runs this script, if one does. @throws {StepFailed} as `run` */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath
  if (npm) run(process.execPath, [npm, ...args], options)
  else run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options)
}

/** Runs a quiet program and returns what it wrote, or undefined if it failed. */
export function ask(program, args) {
  const stdio = ['ignore', 'pipe', 'ignore']
  const { status, stdout } = spawnSync(program, args, { cwd: root, encoding: 'utf8', stdio })
  return status === 0 ? stdout : undefined
}

/** Runs a program with its output shown, or kept back where `isShown` is false, and returned too, with its exit code. */
export function runAndRead(program, args, { env = process.env, isShown = true } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8').on('data', (chunk) => {
        text += chunk
        if (isShown) process[name].write(chunk)
      })
    }
    child.on('error', (error) => resolve({ code: 1, text: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, text }))
  })
}

/** Runs a script's work; a failed step ends it with exit code 1 and one line. */
export async function main(work) {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error
    console.error(`\n${error.message}`)
    process.exitCode = 1
  }
}

/** Says what takes time, on stderr: stdout belongs to the program that follows. */
export function announce(text) {
  console.error(`engram: ${text}`)
}
