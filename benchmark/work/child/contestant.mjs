// A measured process: what it is to do comes as one JSON argument, what it measured leaves as one line of JSON.
import { readFileSync } from 'node:fs'

/** @type {{ contestant: string, dir: string, [setting: string]: any }} */
export const task = JSON.parse(process.argv[2] ?? '{}')

/** The adapter of the contestant, 'module' or 'module#variant': engram.mjs or a file of the peers' folder. */
export async function adapter() {
  const [name, variant] = task.contestant.split('#')
  const path = name === 'engram' ? '../../engram.mjs' : `../../peers/${name}.mjs`
  const module = await import(path)
  return {
    ...module,
    variant,
    /** The sync memo where there is one, else the one that answers later: `{ call, close, later }`. */
    async open(fn, fnLater) {
      const later = task.later ?? module.memoize === undefined
      const memoize = later ? module.memoizeAsync : module.memoize
      return { ...(await memoize(later ? fnLater : fn, task.dir, variant)), later }
    },
  }
}

/** Reports figures and ends. */
export function report(figures) {
  const { maxRSS } = process.resourceUsage()
  process.stdout.write(`${JSON.stringify({ ...figures, peakMb: maxRSS / 1024 })}\n`)
}

/** Memory that belongs to this process alone, in MB. Only Linux tells. */
export function anonymousMb() {
  try {
    const found = /RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))
    return found === null ? Number.NaN : Number(found[1]) / 1024
  } catch {
    return Number.NaN
  }
}
