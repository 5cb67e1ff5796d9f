import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { run } from './command.mjs'
import { platform, root } from './environment.mjs'
import { whenChanged } from './freshness.mjs'

/** The scripts that have bytecode: that of programs, and what it defers. */
const scripts = ['engram', 'deferred']
const inputs = scripts.map((name) => `dist/${name}.cjs`)

/** Keeps what the V8 of this Node makes of the bundle: src/platform/bytecode.ts says what for. */
export function buildBytecode() {
  const { v8 } = process.versions
  const outputs = scripts.map((name) => `native/${fileOf(name)}`)
  return whenChanged(
    {
      stamp: `node_modules/.cache/engram/bytecode-${v8}`,
      inputs: [...inputs, 'scripts/bytecode.mjs', 'src/platform/bytecode.ts'],
      outputs,
    },
    () => {
      // In a process of its own, as V8 keeps the bytecode of what ran.
      run(process.execPath, ['--import=tsx', 'scripts/bytecode.mjs', root])
    },
  )
}

const fileOf = (name) => `engram.${platform}.${name}.v8-${process.versions.v8}.bytecode`

async function compile(folder, destination) {
  const { openAddon } = await import('../src/native/addon.ts')
  const { bytecodeFileOf, exportsOf, scriptOf } = await import('../src/platform/bytecode.ts')
  const addon = openAddon()
  const made = new Map()
  const runScript = (file, filename = file) => {
    const source = readFileSync(file)
    const script = new Script(scriptOf(source), { filename })
    made.set(file, { source, script })
    return exportsOf(script, file, addon, runScript)
  }
  const keep = (name) => {
    const { source, script } = made.get(join(folder, `dist/${name}.cjs`))
    const file = join(destination, fileOf(name))
    writeFileSync(`${file}.new`, bytecodeFileOf(source, script.createCachedData()))
    renameSync(`${file}.new`, file)
  }
  const location = mkdtempSync(join(tmpdir(), 'engram-bytecode-'))
  try {
    const options = { location, verbose: 0, onError: 'throw' }
    const program = join(folder, 'dist/engram.cjs')
    // Another script fills the store, so that this one hits: who misses waits for the function anyway.
    const filling = runScript(program, 'filling')
    const filled = new filling.Memory(options)
    await use(filled)
    const handed = JSON.parse(JSON.stringify(filled.payload(new Float64Array(10_000))))
    await filled.close()
    keep('deferred')

    const { Memory, Payload } = runScript(program)
    const memory = new Memory(options)
    await use(memory)
    if (Payload.from(handed, memory).value.length !== 10_000) throw new Error('another array was handed on')
    await memory.close()
    keep('engram')
  } finally {
    rmSync(location, { recursive: true, force: true })
  }
}

const scale = 2
const half = (x) => x / scale
let count = 0

/** What programs do first: a function that captures something, one that counts, one that promises, one that returns an array. */
async function use(memory) {
  memory.cache((x) => half(x), { name: 'half' })(3)
  memory.cache((id) => ({ id, name: 'a', runs: ++count }), { name: 'counting' })(3)
  await memory.cache(async ({ names }) => ({ names, at: new Date(0) }), { name: 'later' })({ names: ['a'] })
  memory.cache((length) => new Float64Array(length), { name: 'array' })(10_000)
}

// `bytecode.mjs folder [destination]`: of the package in a folder, for the Node that runs this.
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder, destination = join(folder, 'native')] = process.argv.slice(2)
  await compile(folder, destination)
}
