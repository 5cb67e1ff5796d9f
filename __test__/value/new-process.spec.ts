import test from 'ava'
import { join } from 'node:path'
import { type CallEvent, Memory } from '../../index.ts'
import { run } from '../kit/program.ts'
import { temporaryDirectory } from '../kit/temporary-store.ts'
import { storedValues, valueByName } from '../process/programs/stored-values.ts'
import { difference } from './round-trip.ts'

test('every type of value that one process stored is the same in another', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  t.deepEqual(await run('write-values', location), { code: 0, signal: null, stdout: '', stderr: '' })

  const memory = new Memory({ location, mode: 'readOnly', onError: 'throw' })
  t.teardown(() => memory.close())
  const events: CallEvent[] = []
  memory.on('call', (event) => events.push(event))
  const recalled = valueByName(memory, (name) => t.fail(`${name} was not stored`))
  const expected = Object.entries(storedValues())
  for (const [name, value] of expected) {
    // From the disk, then from memory.
    const [first, second] = [recalled(name), recalled(name)]
    t.is(difference(first, value), undefined, name)
    t.is(difference(second, value), undefined, name)
    const isObject = typeof first === 'object' && first !== null
    if (isObject) t.not(first, second, `${name}: every caller gets a copy of its own`)
  }
  t.is(events.filter(({ status }) => status === 'hit').length, 2 * expected.length)
})

test('views of one buffer still share it in another process', async (t) => {
  const location = join(temporaryDirectory(t), 'store')
  t.is((await run('write-values', location)).code, 0)

  const memory = new Memory({ location, mode: 'readOnly', onError: 'throw' })
  t.teardown(() => memory.close())
  const recalled = valueByName(memory, (name) => t.fail(`${name} was not stored`))
  const [words, bytes, buffer] = recalled('views of one buffer') as [Uint16Array, Uint8Array, ArrayBuffer]
  t.is(words.buffer, buffer)
  t.is(bytes.buffer, buffer)
  words[0] = 0xffff
  t.deepEqual([...bytes], [0, 1, 255, 255, 4, 5, 6, 7])
  const [large, part] = recalled('large buffer') as [Uint8Array, Uint8Array]
  large[65_000] = 9
  t.is(part[0], 9)
})
