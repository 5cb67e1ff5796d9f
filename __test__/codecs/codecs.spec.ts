import test from 'ava'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { environment } from '../kit/environment.ts'
import { memoryOf } from './stored-values.ts'
import { subjects } from './subjects/index.ts'

const program = fileURLToPath(new URL('write-values.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'engram-codecs-'))
const location = join(folder, 'store')

/** By subject and name of the value, as another process says them. */
let keysElsewhere: Record<string, Record<string, string>>

test.before(() => {
  const args = ['--import=tsx', program, location]
  keysElsewhere = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', env: environment() })) as never
})

test.after.always(() => rmSync(folder, { recursive: true, force: true }))

for (const [name, subject] of Object.entries(subjects)) {
  const shown = subject.shown ?? String
  const entries = Object.entries(subject.values)

  test(`${name}: what one process stored is the same in another`, async (t) => {
    const { memory, value } = memoryOf(name, subject, { location, mode: 'readOnly' })
    const statuses: string[] = []
    memory.on('call', ({ status }) => statuses.push(status))
    for (const [one, make] of entries) {
      const [expected, actual] = [make(), value(one)]
      t.is(Object.getPrototypeOf(actual), Object.getPrototypeOf(expected), one)
      t.deepEqual(shown(actual), shown(expected), one)
    }
    t.deepEqual(statuses, Array<string>(entries.length).fill('hit'))
    await memory.close()
  })

  test(`${name}: a key tells values apart, and is the same in every process`, async (t) => {
    const { memory, value, keyOf } = memoryOf(name, subject, { location, mode: 'readOnly' })
    const keys = Object.fromEntries(entries.map(([one, make]) => [one, keyOf(make())]))
    t.deepEqual(keys, keysElsewhere[name])
    t.is(new Set(Object.values(keys)).size, entries.length)
    for (const [one] of entries) t.is(keyOf(value(one)), keys[one]!, `${one}, read again`)
    for (const [one, make] of Object.entries(subject.equal ?? {}))
      t.is(keyOf(make()), keys[one]!, `${one}, made otherwise`)
    await memory.close()
  })
}
