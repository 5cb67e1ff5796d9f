// Loads the large value from a folder named store: load-refused.ts <location> [<compiled refusing-runtime.c> <copy of the core>]
import { readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { isDeepStrictEqual } from 'node:util'
import { cachedLargeValue, largeValue } from './large-value.ts'

const [location, runtime, copy] = process.argv.slice(2) as [string, string?, string?]
if (runtime !== undefined && copy !== undefined) refuseExternalBuffers(runtime, copy)

const { Memory } = await import('../../../index.ts')
const memory = new Memory({ location, onError: 'throw' })
const load = cachedLargeValue(memory, () => {
  throw new Error('the value is not there')
})

const first = load()
const isMapped = readFileSync('/proc/self/maps', 'utf8').includes('/store/blobs/')
const isWhole = isDeepStrictEqual(first, largeValue())
first.numbers.fill(-1)
first.words.length = 0
const isWholeAgain = isDeepStrictEqual(load(), largeValue())
await memory.close()
process.stdout.write(JSON.stringify({ isWhole, isMapped, isWholeAgain, written: first.numbers.at(-1) }))

/**
 * Has the core find `test_create_…`, which refuse, where it looks for `napi_create_…`. Node's own cannot be put aside:
 * a program's symbols come before those of any library. So a copy of the core asks for other names, of equal length.
 */
function refuseExternalBuffers(library: string, copied: string): void {
  const { dlopen } = process
  dlopen.call(process, { exports: {} }, library, constants.dlopen.RTLD_NOW | constants.dlopen.RTLD_GLOBAL)
  process.dlopen = (module: object, file: string, flags = constants.dlopen.RTLD_LAZY) => {
    const core = readFileSync(file, 'latin1')
    writeFileSync(copied, core.replaceAll('napi_create_external_', 'test_create_external_'), 'latin1')
    dlopen.call(process, module, copied, flags)
  }
}
