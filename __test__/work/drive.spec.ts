import test, { type ExecutionContext } from 'ava'
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EngramError, type EngramErrorCode, Memory } from '../../index.ts'
import { doorOf } from '../../src/memory/memory.ts'
import { inFlow, withOwner } from '../../src/work/drive-owner.ts'
import { Drive, type DriveOptions } from '../../src/work/drive.ts'
import { throwsCode } from '../kit/error-code.ts'
import { blobsIn, put } from '../kit/files.ts'
import { StoppedClock } from '../kit/stopped-clock.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

const ONE = 'root.work_1'
const TWO = 'root.work_2'

/** A memory, and a folder with the files of Lightning's test. */
interface Place {
  readonly memory: Memory
  readonly folder: string
  drive(id: string, options?: DriveOptions): Drive
  text(path: string): string
}

function newPlace(t: ExecutionContext): Place {
  const [memory, folder] = [openMemory(t), temporaryDirectory(t)]
  put(folder, 'a.txt', 'example')
  put(folder, 'checkpoints/a.txt', 'example')
  return {
    memory,
    folder,
    drive: (id, options) => new Drive(id, { memory, rootFolder: folder, ...options }),
    text: (path) => readFileSync(join(folder, path), 'utf8'),
  }
}

async function rejectsCode(t: ExecutionContext, code: EngramErrorCode, pending: Promise<unknown>): Promise<void> {
  const error = await t.throwsAsync(pending, { instanceOf: EngramError })
  t.is(error?.code, code)
}

test('lit_drive: an id is a name without a slash', (t) => {
  t.is(new Drive('lit://this_drive_id').id, 'this_drive_id')
  t.is(new Drive('this_drive_id').id, 'this_drive_id')
  const ids = ['lit://this_drive_id/something_else', 's3://drive/', 'lit://', '', 'a\\b', 5, undefined, 'x'.repeat(201)]
  for (const id of ids) throwsCode(t, 'ERR_INVALID_OPTION', () => new Drive(id as string))
})

test('lit_drive: what one component put, another may not put', async (t) => {
  const { drive, text } = newPlace(t)
  const first = drive('lit://drive_1')
  t.deepEqual(await first.list('.'), [])
  await withOwner(ONE, () => first.put('a.txt'))
  t.deepEqual(await first.list('.'), ['a.txt'])
  await rejectsCode(
    t,
    'ERR_WORK',
    withOwner(TWO, () => first.put('a.txt')),
  )
  await withOwner(TWO, () => first.get('a.txt'))
  t.is(text('a.txt'), 'example')
  for (const [id, path] of [
    ['lit://drive_2', 'checkpoints/a.txt'],
    ['lit://drive_3', 'checkpoints/'],
  ] as const) {
    await withOwner(ONE, () => drive(id).put(path))
    for (const again of ['checkpoints/', 'checkpoints/a.txt'])
      await rejectsCode(
        t,
        'ERR_WORK',
        withOwner(TWO, () => drive(id).put(again)),
      )
    await withOwner(ONE, () => drive(id).put(path))
  }
})

test('lit_drive: only its owner deletes a file, and others keep theirs', async (t) => {
  const { drive } = newPlace(t)
  const shared = drive('lit://drive_3', { allowDuplicates: true })
  await withOwner(ONE, () => shared.put('checkpoints/'))
  await rejectsCode(
    t,
    'ERR_WORK',
    withOwner(TWO, () => shared.delete('checkpoints/a.txt')),
  )
  await withOwner(TWO, async () => {
    await shared.put('checkpoints/a.txt')
    await shared.delete('checkpoints/a.txt')
    await rejectsCode(t, 'ERR_NOT_FOUND', shared.delete('b.txt'))
  })
  t.deepEqual(await shared.list('.', { component: ONE }), ['checkpoints/a.txt'])
  t.deepEqual(await shared.list('.', { component: TWO }), [])
})

test('lit_drive: what several components put is got by the name of one', async (t) => {
  const { drive, folder, text } = newPlace(t)
  const shared = drive('lit://drive_3', { allowDuplicates: true })
  await withOwner(ONE, () => shared.put('checkpoints/'))
  put(folder, 'checkpoints/a.txt', 'of the second')
  await withOwner(TWO, () => shared.put('checkpoints/'))
  t.deepEqual(await shared.list(), ['checkpoints/a.txt'])
  for (const path of ['checkpoints/', 'checkpoints/a.txt'])
    for (const timeout of [0, 1000]) await rejectsCode(t, 'ERR_WORK', shared.get(path, { timeout }))
  await shared.get('checkpoints/a.txt', { component: ONE })
  t.is(text('checkpoints/a.txt'), 'example')
  await shared.get('checkpoints/a.txt', { component: TWO, timeout: 1000 })
  t.is(text('checkpoints/a.txt'), 'of the second')
})

test('lit_drive: what is not there is not found, and waited for as long as asked', async (t) => {
  const { drive } = newPlace(t)
  const shared = drive('lit://drive_4', { allowDuplicates: true })
  await rejectsCode(t, 'ERR_NOT_FOUND', shared.get('checkpoints/b.txt'))
  await rejectsCode(t, 'ERR_TIMEOUT', shared.get('checkpoints/a.txt', { timeout: 50 }))
  await withOwner(ONE, () => shared.put('checkpoints'))
  await rejectsCode(t, 'ERR_NOT_FOUND', shared.get('checkpoints/b.txt', { component: ONE }))
  await rejectsCode(t, 'ERR_TIMEOUT', shared.get('checkpoints/a.txt', { component: TWO, timeout: 50 }))
  await rejectsCode(t, 'ERR_NOT_FOUND', shared.put('nowhere.txt'))
})

test('lit_drive: a folder that is there is replaced with `overwrite` alone, and then as a whole', async (t) => {
  const { drive, folder } = newPlace(t)
  const shared = drive('lit://test')
  await shared.put('checkpoints')
  put(folder, 'checkpoints/more.txt', 'is there already')
  await rejectsCode(t, 'ERR_WORK', shared.get('checkpoints'))
  t.true(existsSync(join(folder, 'checkpoints/more.txt')))
  t.is(await shared.get('checkpoints', { overwrite: true }), join(folder, 'checkpoints'))
  t.deepEqual(readdirSync(join(folder, 'checkpoints')), ['a.txt'])
  t.deepEqual(readdirSync(folder).toSorted(), ['a.txt', 'checkpoints'])
})

test('lit_drive: a flow moves no files', async (t) => {
  const { drive } = newPlace(t)
  const shared = drive('lit://drive_5')
  const acts = ['put', 'list', 'get', 'delete'] as const
  for (const act of acts)
    await rejectsCode(
      t,
      'ERR_WORK',
      inFlow(() => shared[act]('a.txt')),
    )
  await inFlow(() => withOwner(ONE, () => shared.put('a.txt')))
  t.deepEqual(await shared.list(), ['a.txt'])
})

test('lit_drive_transferring_files: one waits for what another puts, which then deletes it', async (t) => {
  const { drive, folder, text } = newPlace(t)
  const shared = drive('lit://this_drive_id')
  const elsewhere = temporaryDirectory(t)
  const waiting = withOwner(TWO, () =>
    drive('this_drive_id', { rootFolder: elsewhere }).get('a.txt', { timeout: '1m' }),
  )
  await sleep(30)
  await withOwner(ONE, () => shared.put('a.txt'))
  t.is(readFileSync(await waiting, 'utf8'), text('a.txt'))
  t.deepEqual(await shared.list('.', { component: TWO }), [])
  await withOwner(ONE, () => shared.delete('a.txt'))
  t.deepEqual(await shared.list('.'), [])
  t.true(existsSync(join(folder, 'a.txt')))
})

test('maybe_create_drive, drive_deepcopy: a drive is plain data, and is made again from it', async (t) => {
  const { drive, memory, folder } = newPlace(t)
  const one = drive('lit://drive', { allowDuplicates: true })
  await one.put('a.txt')
  const json = JSON.parse(JSON.stringify(one))
  t.deepEqual(json, { drive: 'drive', allowDuplicates: true, rootFolder: folder })
  const other = Drive.from(json, memory)
  t.deepEqual(other.toJSON(), one.toJSON())
  t.deepEqual(await other.list(), ['a.txt'])
  for (const wrong of [undefined, null, {}, { drive: 5 }, { drive: 'a', more: 1 }, { drive: 'a', allowDuplicates: 1 }])
    throwsCode(t, 'ERR_INVALID_OPTION', () => Drive.from(wrong, memory))
  throwsCode(t, 'ERR_INVALID_OPTION', () => Drive.from(json, {} as Memory))
})

test('drive_root_folder_breaks: a root folder must be there', (t) => {
  throwsCode(t, 'ERR_INVALID_OPTION', () => new Drive('lit://drive', { rootFolder: 'no/such/folder' }))
  throwsCode(t, 'ERR_INVALID_OPTION', () => new Drive('lit://drive', { overwrite: true } as DriveOptions))
})

test('without a root folder, files are those of the working directory', async (t) => {
  const drive = new Drive('drive', { memory: openMemory(t) })
  await drive.put('package.json')
  t.deepEqual(drive.toJSON(), { drive: 'drive', allowDuplicates: false })
  t.deepEqual(await drive.list(), ['package.json'])
})

test('outside of works all that is put has one owner, over programs', async (t) => {
  const { drive, memory, folder } = newPlace(t)
  await drive('shared').put('a.txt')
  const later = openMemory(t, { location: memory.location! })
  put(folder, 'a.txt', 'anew')
  const again = drive('shared', { memory: later })
  await again.put('a.txt')
  await rejectsCode(
    t,
    'ERR_WORK',
    withOwner(ONE, () => again.delete('a.txt')),
  )
  await again.delete('a.txt')
  t.deepEqual(await again.list(), [])
})

test('paths are names within the drive, and none leaves it', async (t) => {
  const { drive, folder } = newPlace(t)
  const shared = drive('shared')
  const outside = ['..', '../a.txt', 'checkpoints/../../a.txt', '/etc/hostname', join(folder, 'a.txt'), 'a\0b', 5]
  for (const path of outside)
    for (const act of ['put', 'get', 'list', 'delete'] as const)
      await rejectsCode(t, 'ERR_WORK', shared[act](path as string))
  await rejectsCode(t, 'ERR_WORK', shared.put('x'.repeat(1001)))
  await rejectsCode(t, 'ERR_WORK', shared.get('.'))
  await shared.put('./checkpoints//../a.txt')
  await shared.put('checkpoints/')
  t.deepEqual(await shared.list(), ['a.txt', 'checkpoints/a.txt'])
  t.deepEqual(await shared.list('checkpoints'), ['checkpoints/a.txt'])
  t.deepEqual(await shared.list('checkpoints/a.txt'), ['checkpoints/a.txt'])
  t.deepEqual(await shared.list('check'), [])
})

test('a whole tree is put but for links in a circle and the store itself', async (t) => {
  const folder = temporaryDirectory(t)
  const memory = openMemory(t, { location: join(folder, '.engram') })
  for (const path of ['top.txt', 'one/two/deep.txt', 'one/__proto__']) put(folder, path, path)
  symlinkSync('..', join(folder, 'one/circle'))
  symlinkSync('top.txt', join(folder, 'link.txt'))
  mkdirSync(join(folder, 'empty'))
  const drive = new Drive('tree', { memory, rootFolder: folder })
  await rejectsCode(t, 'ERR_NOT_FOUND', drive.put('empty'))
  await drive.put('.')
  t.deepEqual(await drive.list(), ['link.txt', 'one/__proto__', 'one/two/deep.txt', 'top.txt'])
  const elsewhere = temporaryDirectory(t)
  const there = await new Drive('tree', { memory, rootFolder: elsewhere }).get('one')
  t.is(readFileSync(join(there, 'two/deep.txt'), 'utf8'), 'one/two/deep.txt')
})

test('nothing is a file and a folder at once', async (t) => {
  const { drive, folder } = newPlace(t)
  const shared = drive('shared', { allowDuplicates: true })
  await shared.put('checkpoints')
  const other = temporaryDirectory(t)
  put(other, 'checkpoints', 'a file')
  put(other, 'a.txt/b/c', 'in a folder')
  await shared.put('a.txt')
  const there = drive('shared', { rootFolder: other })
  await rejectsCode(t, 'ERR_WORK', there.put('checkpoints'))
  await rejectsCode(t, 'ERR_WORK', there.put('a.txt'))
  await rejectsCode(t, 'ERR_WORK', there.get('a.txt'))
  t.deepEqual(readdirSync(folder).toSorted(), ['a.txt', 'checkpoints'])
})

test('equal content is stored once, under any name and in any drive', async (t) => {
  const { drive, folder, memory } = newPlace(t)
  const bytes = new Uint8Array(300_000).map((_, index) => index * 7)
  for (const name of ['one.bin', 'two.bin']) writeFileSync(join(folder, name), bytes)
  await drive('shared').put('one.bin')
  const { entries, blobs } = memory.stats()
  await drive('shared').put('two.bin')
  await drive('other').put('one.bin')
  t.is(memory.stats().entries, entries)
  t.is(memory.stats().blobs, blobs)
  t.is(blobsIn(memory.location!).length, 1)
})

test('files of all sizes come back as they were', async (t) => {
  const { drive, folder } = newPlace(t)
  const elsewhere = temporaryDirectory(t)
  const sizes = [0, 1, 65_535, 65_536, (8 << 20) - 1, 8 << 20, (8 << 20) + 1, 20_000_000]
  for (const size of sizes) {
    const bytes = Buffer.alloc(size, `${size} bytes `)
    writeFileSync(join(folder, 'file.bin'), bytes)
    await drive('shared').put('file.bin')
    const got = await drive('shared', { rootFolder: elsewhere }).get('file.bin')
    t.true(readFileSync(got).equals(bytes), String(size))
  }
  t.deepEqual(readdirSync(elsewhere), ['file.bin'])
})

/** Limits drop the least recently used entries, those of a drive too. */
test('a file whose bytes have left the store is said, and can be put again', async (t) => {
  const { drive, memory, text, folder } = newPlace(t)
  const shared = drive('shared')
  await shared.put('checkpoints')
  memory.reduce({ maxEntries: 0 })
  t.deepEqual(await shared.list(), ['checkpoints/a.txt'])
  await rejectsCode(t, 'ERR_NOT_FOUND', shared.get('checkpoints/a.txt'))
  await rejectsCode(t, 'ERR_NOT_FOUND', shared.get('checkpoints', { overwrite: true }))
  t.is(text('checkpoints/a.txt'), 'example')
  t.deepEqual(readdirSync(folder).toSorted(), ['a.txt', 'checkpoints'])
  await shared.put('checkpoints')
  await shared.get('checkpoints/a.txt')
})

test('limits drop the files first that were got longest ago', async (t) => {
  const clock = new StoppedClock()
  const memory = openMemory(t, { clock: clock.read })
  const { drive } = newPlace(t)
  const shared = drive('shared', { memory })
  const folder = temporaryDirectory(t)
  const other = drive('shared', { memory, rootFolder: folder })
  for (const name of ['one', 'two']) {
    put(folder, name, name)
    await other.put(name)
    clock.now += 1000
  }
  await other.get('one')
  clock.now += 1000
  memory.reduce({ maxEntries: 1 })
  await shared.get('one')
  await rejectsCode(t, 'ERR_NOT_FOUND', shared.get('two'))
})

test('a drive in which files come and go for ever stays small', async (t) => {
  const { drive, memory, folder } = newPlace(t)
  const shared = drive('shared')
  await shared.put('a.txt')
  for (let epoch = 0; epoch < 300; epoch++) {
    const path = `checkpoints/${epoch}.txt`
    put(folder, path, 'example')
    await shared.put(path)
    await shared.delete(path)
  }
  t.deepEqual(await shared.list(), ['a.txt'])
  const { records } = doorOf(memory)
  const rows = (): number =>
    records.list({ kind: 'drive shared' }).flatMap(({ record }) => records.parts(record)).length
  t.true(rows() < 100)
  await shared.delete('a.txt')
  t.deepEqual(await shared.list(), [])
  t.is(rows(), 0)
  t.is(memory.stats().entries, 1)
})

test('an argument counts by the id of a drive', async (t) => {
  const { memory, drive } = newPlace(t)
  let runs = 0
  const report = memory.cache((_drive: Drive) => ++runs, { name: 'report', ignore: [], strategy: 'inputHash' })
  t.is(report(drive('one')), 1)
  t.is(report(drive('lit://one', { allowDuplicates: true })), 1)
  t.is(report(drive('two')), 2)
})

test('a memory that writes nothing refuses, one that only reads gives what is there, a closed one says so', async (t) => {
  const { drive, memory, folder } = newPlace(t)
  await drive('shared').put('a.txt')
  const reading = drive('shared', { memory: openMemory(t, { location: memory.location!, mode: 'readOnly' }) })
  await rejectsCode(t, 'ERR_WORK', reading.put('a.txt'))
  await rejectsCode(t, 'ERR_WORK', reading.delete('a.txt'))
  put(folder, 'a.txt', 'changed')
  t.is(readFileSync(await reading.get('a.txt'), 'utf8'), 'example')
  const nothing = drive('shared', { memory: new Memory(null) })
  await rejectsCode(t, 'ERR_WORK', nothing.put('a.txt'))
  t.deepEqual(await nothing.list(), [])
  await rejectsCode(t, 'ERR_NOT_FOUND', nothing.get('a.txt'))
  const closed = openMemory(t)
  await closed.close()
  for (const act of ['put', 'get', 'list', 'delete'] as const)
    await rejectsCode(t, 'ERR_CLOSED', drive('shared', { memory: closed })[act]('a.txt'))
})

test('what is no option is refused before anything is done', async (t) => {
  const { drive } = newPlace(t)
  const shared = drive('shared')
  await rejectsCode(t, 'ERR_INVALID_OPTION', shared.get('a.txt', { timeout: -1 }))
  await rejectsCode(t, 'ERR_INVALID_OPTION', shared.get('a.txt', { replace: true } as object))
  for (const options of [{ memory: {} }, { allowDuplicates: 'yes' }, { rootFolder: '' }])
    throwsCode(t, 'ERR_INVALID_OPTION', () => drive('shared', options as object))
})

test('puts and deletes of many at once leave what each put', async (t) => {
  const { drive, folder } = newPlace(t)
  const names = Array.from({ length: 12 }, (_, number) => `file ${number}.txt`)
  for (const name of names) put(folder, name, name)
  const shared = drive('shared')
  await Promise.all(names.map((name, number) => withOwner(`work ${number % 3}`, () => shared.put(name))))
  t.deepEqual(await shared.list(), names.toSorted())
  await Promise.all(names.map((name, number) => withOwner(`work ${number % 3}`, () => shared.delete(name))))
  t.deepEqual(await shared.list(), [])
})
