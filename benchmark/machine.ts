import { readFileSync } from 'node:fs'
import { cpus, release, totalmem, type as systemName } from 'node:os'
import type { Peers } from './peers.ts'

/** What a reader must know of the machine and of the versions to judge the figures. */
export function machineFacts(peers: Peers): [string, string][] {
  const processors = cpus()
  return [
    ['date', new Date().toISOString().slice(0, 10)],
    ['processor', `${processors[0]?.model.trim() ?? 'unknown'}, ${processors.length} cores`],
    ['memory', `${(totalmem() / 2 ** 30).toFixed(1)} GiB`],
    ['system', `${systemName()} ${release()}, ${process.arch}`],
    ['node', process.version],
    ['engram', packageVersion()],
    ...[...peers.versions].filter(([name]) => name !== 'raw-memory'),
  ]
}

function packageVersion(): string {
  try {
    const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
    return (JSON.parse(manifest) as { version: string }).version
  } catch {
    return 'unknown'
  }
}
