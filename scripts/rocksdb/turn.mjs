import { closeSync, openSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const BEAT = 1_000
const DEAD_AFTER = 5_000

function claim(path) {
  try {
    closeSync(openSync(path, 'wx'))
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function beat(path) {
  const now = new Date()
  try {
    utimesSync(path, now, now)
  } catch {
    // Somebody took this process for dead. Both work then, each on files of its own.
  }
}

// A process that was killed leaves its claim behind, and no longer renews it. Processes are not asked for by their ids:
// those of another container mean nothing here.
function dropIfDead(path) {
  try {
    if (Date.now() - statSync(path).mtimeMs < DEAD_AFTER) return
    const dropped = `${path}.${process.pid}`
    renameSync(path, dropped)
    rmSync(dropped)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}

/**
 * Does the work of a folder unless another process does it just now: then waits until it is done. Two that work all the
 * same, by a clock that jumped, must do no harm: this saves time and guards nothing.
 */
export async function inTurn(folder, { isDone, onWait }, work) {
  const path = join(folder, 'claim')
  let told = false
  while (!isDone()) {
    if (claim(path)) {
      const beating = setInterval(beat, BEAT, path)
      try {
        return await work()
      } finally {
        clearInterval(beating)
        rmSync(path, { force: true })
      }
    }
    if (!told) onWait()
    told = true
    dropIfDead(path)
    await sleep(250)
  }
}
