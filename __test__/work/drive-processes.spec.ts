import test, { type ExecutionContext } from 'ava'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withOwner } from '../../src/work/drive-owner.ts'
import { Drive } from '../../src/work/drive.ts'
import { put } from '../kit/files.ts'
import { Program } from '../kit/program.ts'
import { openMemory, temporaryDirectory } from '../kit/temporary-store.ts'

interface Place {
  readonly location: string
  readonly folder: string
}

function newPlace(t: ExecutionContext): Place {
  return { location: join(temporaryDirectory(t), 'store'), folder: temporaryDirectory(t) }
}

/** What the last line of a program says, which ends in order. */
async function answerOf(t: ExecutionContext, program: Program): Promise<string> {
  const { code, stdout, stderr } = await program.ending
  t.is(code, 0, stderr)
  return stdout.trimEnd().split('\n').at(-1)!
}

test('synchronization_lit_drive: a file goes from one process to another, which waits for it', async (t) => {
  const { location, folder } = newPlace(t)
  put(folder, 'a.txt', 'example')
  const getter = new Program('drive', location, temporaryDirectory(t), 'root.work_b', 'get', 'a.txt')
  await getter.written('ready')
  const putter = new Program('drive', location, folder, 'root.work_a', 'put', 'a.txt')
  putter.release()
  t.is(await answerOf(t, putter), 'put')
  t.is(await answerOf(t, getter), 'example')
})

test('of several processes that put one path at once, one does', async (t) => {
  const { location, folder } = newPlace(t)
  for (let round = 0; round < 3; round++) {
    const path = `${round}.txt`
    put(folder, path, 'example')
    const programs = Array.from(
      { length: 4 },
      (_, number) => new Program('drive', location, folder, `work ${number}`, 'put', path),
    )
    await Promise.all(programs.map((program) => program.written('ready')))
    for (const program of programs) program.release()
    const answers = await Promise.all(programs.map((program) => answerOf(t, program)))
    t.deepEqual(answers.toSorted(), ['ERR_WORK', 'ERR_WORK', 'ERR_WORK', 'put'])
  }
})

/** All files of the folder say which round they are of: a mixture would be one that was put in part. */
test('a process that is killed while it puts a folder leaves all of it or nothing', async (t) => {
  const { location, folder } = newPlace(t)
  const memory = openMemory(t, { location })
  const elsewhere = temporaryDirectory(t)
  const drive = new Drive('shared', { memory, rootFolder: elsewhere })
  for (let kill = 0; kill < 6; kill++) {
    const program = new Program('drive', location, folder, 'work', 'rounds', 'checkpoints')
    const rounds = (): string[] => program.stdout.split('\n').slice(0, -1)
    await program.until(() => rounds().length > kill)
    await new Promise((resolve) => setTimeout(resolve, 7 * kill))
    program.kill('SIGKILL')
    await program.ending
    const got = await drive.get('checkpoints', { overwrite: true })
    const files = readdirSync(got)
    t.is(files.length, 8)
    const found = new Set(files.map((file) => readFileSync(join(got, file), 'utf8').split(' ')[0]))
    t.is(found.size, 1)
    t.true(Number([...found][0]) >= Number(rounds().at(-1)))
    // What it left behind keeps nobody waiting.
    put(elsewhere, 'after.txt', String(kill))
    await withOwner('other', () => drive.put('after.txt'))
  }
  t.deepEqual(readdirSync(elsewhere).toSorted(), ['after.txt', 'checkpoints'])
})

test('a file of 100 MB takes no more memory than its pieces', async (t) => {
  const { location, folder } = newPlace(t)
  const bytes = Buffer.alloc(100 << 20)
  for (let at = 0; at < bytes.length; at += 1000) bytes.writeUInt32LE(at, at)
  put(folder, 'small.txt', 'example')
  writeFileSync(join(folder, 'large.bin'), bytes)
  const megabytes = await answerOf(t, new Program('drive', location, folder, 'work', 'large', 'large.bin'))
  t.log(`${megabytes} MB`)
  t.true(Number(megabytes) < 60)
  const elsewhere = temporaryDirectory(t)
  const got = await new Drive('shared', { memory: openMemory(t, { location }), rootFolder: elsewhere }).get('large.bin')
  t.true(readFileSync(got).equals(bytes))
})
