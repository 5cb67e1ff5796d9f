import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { run } from './command.mjs'
import { platform, root } from './environment.mjs'
import { whenChanged } from './freshness.mjs'

const bundle = 'dist/engram.cjs'

/** Keeps what the V8 of this Node makes of the bundle: src/platform/bytecode.ts says what for. */
export function buildBytecode() {
  const { v8 } = process.versions
  const [stamp, output] = [`node_modules/.cache/engram/bytecode-${v8}`, `native/engram.${platform}.v8-${v8}.bytecode`]
  return whenChanged(
    { stamp, inputs: [bundle, 'scripts/bytecode.mjs', 'src/platform/bytecode.ts'], outputs: [output] },
    () => {
      // In a process of its own, as V8 keeps the bytecode of what ran.
      run(process.execPath, ['--import=tsx', 'scripts/bytecode.mjs', root])
    },
  )
}

async function compile(folder, destination) {
  const { bytecodeFileOf, exportsOf, scriptOf } = await import('../src/platform/bytecode.ts')
  const module = join(folder, bundle)
  const source = readFileSync(module)
  const location = mkdtempSync(join(tmpdir(), 'engram-bytecode-'))
  try {
    const options = { location, verbose: 0, onError: 'throw' }
    // Another script fills the store, so that this one hits: who misses waits for the function anyway.
    const filling = exportsOf(new Script(scriptOf(source), { filename: 'filling' }), module)
    const filled = new filling.Memory(options)
    await use(filled)
    const handed = JSON.parse(JSON.stringify(filled.payload(new Float64Array(10_000))))
    await filled.close()

    const script = new Script(scriptOf(source), { filename: bundle })
    const { Memory, Payload } = exportsOf(script, module)
    const memory = new Memory(options)
    await use(memory)
    if (Payload.from(handed, memory).value.length !== 10_000) throw new Error('another array was handed on')
    await memory.close()
    const file = join(destination, `engram.${platform}.v8-${process.versions.v8}.bytecode`)
    writeFileSync(`${file}.new`, bytecodeFileOf(source, script.createCachedData()))
    renameSync(`${file}.new`, file)
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
