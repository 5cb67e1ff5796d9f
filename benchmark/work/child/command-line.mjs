// The program `engram` as a process of its own: to its end, or to the first that it writes.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { report, task } from './contestant.mjs'

const binary = fileURLToPath(new URL('../../../dist/cli/engram.cjs', import.meta.url))
const { args, location, isFirstLine } = task
const isAsking = args !== undefined && !args.includes('--help')
const all =
  args === undefined ? ['-e', '0'] : [binary, ...args, ...(isAsking ? ['--location', `${location}/engram`] : [])]

const begun = performance.now()
const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'inherit'] })
if (isFirstLine) {
  await once(child.stdout, 'data')
  const figure = performance.now() - begun
  const memoryMb = peakMb(child.pid)
  child.kill()
  report({ figure, memoryMb })
} else {
  child.stdout.resume()
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`it ended with ${code}`)
  report({ figure: performance.now() - begun })
}

/** The most resident memory so far. Only Linux tells. */
function peakMb(pid) {
  const found = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(found?.[1]) / 1024
}
