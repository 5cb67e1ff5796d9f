import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'

const folder = new URL('./peers/', import.meta.url).pathname
const stampPath = join(folder, 'node_modules', '.installed')

/** Which of the libraries compared with are on this machine, and in which version. */
export class Peers {
  /** Python 3: `ENGRAM_BENCH_PYTHON` names another one, for a joblib in an environment of its own. */
  readonly python = process.env['ENGRAM_BENCH_PYTHON'] ?? 'python3'
  readonly versions: ReadonlyMap<string, string>
  readonly missing: readonly string[]

  constructor() {
    const wanted = [...declaredPeers(), 'node:sqlite', 'joblib']
    const versions = new Map<string, string>()
    for (const name of wanted) {
      const version = versionOf(name, this.python)
      if (version !== undefined) versions.set(name, version)
    }
    this.versions = versions
    this.missing = wanted.filter((name) => !versions.has(name))
  }

  has(name: string): boolean {
    return this.versions.has(name)
  }
}

/** Installs the peers where their lock file was not installed yet. A peer that cannot be built is left out by npm. */
export function installPeers(): void {
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .update(process.version)
  const stamp = wanted.digest('hex')
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return
  process.stderr.write('Installing the peers; some are compiled, which takes minutes the first time.\n')
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 2, 2] })
  if (status === 0) writeFileSync(stampPath, stamp)
  else process.stderr.write('npm ci failed in benchmark/peers: going on with the peers that are there.\n')
}

function declaredPeers(): string[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>
  }
  return Object.keys(manifest.optionalDependencies)
}

function versionOf(name: string, python: string): string | undefined {
  if (name === 'joblib') return joblibVersion(python)
  if (name.startsWith('node:')) return builtinModules.includes(name) ? process.version : undefined
  try {
    const manifest = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')
    return (JSON.parse(manifest) as { version: string }).version
  } catch {
    return undefined
  }
}

function joblibVersion(python: string): string | undefined {
  try {
    const program = 'import joblib, numpy, platform; print(joblib.__version__, "on Python", platform.python_version())'
    return execFileSync(python, ['-c', program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}
