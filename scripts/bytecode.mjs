import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { run } from './command.mjs'
import { platform, root } from './environment.mjs'
import { useFamilies, useMemory } from './first-uses.mjs'
import { whenChanged } from './freshness.mjs'
import { families } from './parts.mjs'

/** All of the package: that of programs, and those that it loads. */
const scripts = ['engram', 'deferred', 'families', ...Object.keys(families)]
const inputs = scripts.map((name) => `dist/${name}.cjs`)

/** Keeps what the V8 of this Node makes of the bundle: src/platform/bytecode.ts says what for. */
export function buildBytecode() {
  const { v8 } = process.versions
  const outputs = scripts.map((name) => `native/${fileOf(name)}`)
  return whenChanged(
    {
      stamp: `node_modules/.cache/engram/bytecode-${v8}`,
      inputs: [...inputs, 'scripts/bytecode.mjs', 'scripts/first-uses.mjs', 'src/platform/bytecode.ts'],
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
  // V8 keeps the name: that of the file as the package has it.
  const runScript = (file, filename = `dist/${basename(file)}`) => {
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
    await useMemory(filled)
    const handed = JSON.parse(JSON.stringify(filled.payload(new Float64Array(10_000))))
    await useFamilies(filling, filled)
    await filled.close()
    for (const name of scripts) if (name !== 'engram') keep(name)

    const { Memory, Payload } = runScript(program)
    const memory = new Memory(options)
    await useMemory(memory)
    if (Payload.from(handed, memory).value.length !== 10_000) throw new Error('another array was handed on')
    await memory.close()
    keep('engram')
  } finally {
    rmSync(location, { recursive: true, force: true })
  }
}

// `bytecode.mjs folder [destination]`: of the package in a folder, for the Node that runs this.
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder, destination = join(folder, 'native')] = process.argv.slice(2)
  await compile(folder, destination)
}
