// Uses a drive as a component: drive <location> <folder> <component> put|get|rounds|large <path>
import { mkdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Memory } from '../../../index.ts'
import { withOwner } from '../../../src/work/drive-owner.ts'
import { Drive } from '../../../src/work/drive.ts'

const [location, rootFolder, component, act, path] = process.argv.slice(2) as [string, string, string, string, string]
const drive = new Drive('shared', { memory: new Memory({ location, onError: 'throw' }), rootFolder })

/** The most memory that the process had so far. What Node says of it begins with that of its parent. */
function mostMegabytes(): number {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'latin1') : ''
  return Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

const acts: Record<string, () => Promise<string>> = {
  /** When its input ends, so that several begin at once. */
  async put() {
    await drive.list()
    writeSync(1, 'ready\n')
    for await (const _ of process.stdin);
    return drive.put(path).then(
      () => 'put',
      (error: { code: string }) => error.code,
    )
  },
  async get() {
    writeSync(1, 'ready\n')
    return readFileSync(await drive.get(path, { timeout: '2m' }), 'utf8')
  },
  /** Puts a folder again and again, all of whose files say which round it is. */
  async rounds() {
    mkdirSync(join(rootFolder, path), { recursive: true })
    for (let round = 0; ; round++) {
      const text = `${round} `.repeat(20_000)
      for (let file = 0; file < 8; file++) writeFileSync(join(rootFolder, path, `${file}.txt`), text)
      // oxlint-disable-next-line no-await-in-loop
      await drive.put(path)
      writeSync(1, `${round}\n`)
    }
  },
  /** Says how many megabytes more the process took than before. */
  async large() {
    await drive.put('small.txt')
    const before = mostMegabytes()
    await drive.put(path)
    return String(mostMegabytes() - before)
  },
}

process.stdout.write(`${await withOwner(component, acts[act]!)}\n`)
