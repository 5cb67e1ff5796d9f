import { Payload, type PayloadJson, placeOf } from '../entry/payload.ts'
import { isStored } from '../memory/door.ts'
import { type Memory, doorOf } from '../memory/memory.ts'
import { translating } from '../native/binding.ts'
import { builtin } from '../platform/builtin.ts'
import { EngramError } from '../words/error.ts'
import type { DriveFile } from './drive-rows.ts'
import { workError } from './error.ts'

const { dirname, join } = builtin('node:path')

/** A file goes to the store in pieces of so many bytes, or in so many larger ones: no more of it is in memory at a time. */
const CHUNK_BYTES = 8 << 20
const MOST_CHUNKS = 100

const files = (): typeof import('node:fs/promises') => builtin('node:fs/promises')

/** Stores the bytes of a file. Equal files are stored once. Throws ERR_WORK where nothing can be stored, and what reading throws. */
export async function storeFile(path: string, memory: Memory): Promise<DriveFile> {
  const file = await files().open(path)
  try {
    const { size } = await file.stat()
    // One byte more than a small file has, so that its end is seen at once.
    const buffer = new Uint8Array(Math.min(Math.max(CHUNK_BYTES, Math.ceil(size / MOST_CHUNKS)), size + 1))
    const chunks = []
    for (let isLast = false; !isLast;) {
      // oxlint-disable-next-line no-await-in-loop -- one chunk is in memory at a time
      const length = await fill(buffer, file)
      isLast = length < buffer.length
      if (length > 0) chunks.push(stored(buffer.subarray(0, length), memory))
    }
    return { chunks }
  } finally {
    await file.close()
  }
}

async function fill(buffer: Uint8Array, file: import('node:fs/promises').FileHandle): Promise<number> {
  let length = 0
  while (length < buffer.length) {
    // oxlint-disable-next-line no-await-in-loop -- one read goes on where the one before has ended
    const { bytesRead } = await file.read(buffer, length, buffer.length - length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return length
}

function stored(bytes: Uint8Array, memory: Memory): PayloadJson {
  const payload = memory.payload(bytes)
  if (isStored(payload)) return payload.toJSON()
  throw workError('The drive keeps nothing: its memory has no store, or writes nothing to it.')
}

/**
 * Writes a file, whole or not at all, in folders that are made where they are missing.
 *
 * @throws EngramError ERR_NOT_FOUND where its bytes have left the store.
 */
export async function writeFile(path: string, file: DriveFile, memory: Memory): Promise<void> {
  await files().mkdir(dirname(path), { recursive: true })
  await inPlace(path, async (unfinished) => {
    await writeBytes(unfinished, file, memory)
    await files().rename(unfinished, path)
  })
}

/** Writes a folder, whole or not at all; what was there before is gone then. Throws as `writeFile` does. */
export async function writeFolder(
  path: string,
  content: ReadonlyMap<string, DriveFile>,
  memory: Memory,
): Promise<void> {
  await inPlace(path, async (unfinished) => {
    const folders = new Set(Array.from(content.keys(), (name) => dirname(join(unfinished, name))))
    // oxlint-disable no-await-in-loop -- one after the other, so that one chunk is in memory at a time
    for (const folder of folders) await files().mkdir(folder, { recursive: true })
    for (const [name, file] of content) await writeBytes(join(unfinished, name), file, memory)
    // oxlint-enable no-await-in-loop
    await exchange(unfinished, path)
  })
}

async function writeBytes(path: string, { chunks }: DriveFile, memory: Memory): Promise<void> {
  const file = await files().open(path, 'wx')
  try {
    // oxlint-disable-next-line no-await-in-loop -- one chunk is in memory at a time
    for (const chunk of chunks) await file.writeFile(bytesOf(chunk, memory))
  } finally {
    await file.close()
  }
}

/** Has a folder take the place of what is at a path, which is put back if that fails. */
async function exchange(folder: string, path: string): Promise<void> {
  const before = `${folder}.before`
  const wasThere = await files()
    .rename(path, before)
    .then(() => true)
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    })
  try {
    await files().rename(folder, path)
  } catch (error) {
    if (wasThere) await files().rename(before, path)
    throw error
  }
  await files().rm(before, { recursive: true, force: true })
}

/** What `write` left at the path that it got is gone after it. */
async function inPlace(path: string, write: (unfinished: string) => Promise<void>): Promise<void> {
  const unfinished = `${path}.${builtin('node:crypto').randomUUID()}`
  try {
    await write(unfinished)
  } finally {
    await files().rm(unfinished, { recursive: true, force: true })
  }
}

/** Loads a chunk, which is thereby one of those that were used last: limits drop others first. */
function bytesOf(chunk: PayloadJson, memory: Memory): Uint8Array {
  try {
    const payload = Payload.from<Uint8Array>(chunk, memory)
    const { value } = payload
    translating(() => placeOf(payload)!.native.noteUse(doorOf(memory).now()))
    return value
  } catch (error) {
    if ((error as EngramError).code !== 'ERR_NOT_FOUND') throw error
    const why = 'The limits of its memory, or `clear`, dropped its bytes. Put it again, and raise the limits.'
    throw new EngramError('ERR_NOT_FOUND', `A file of the drive is gone. ${why}`, { cause: error })
  }
}

/** The files in a folder, by their paths within it, but for one folder; or the one file, by ''. Empty where there is nothing. */
export async function filesAt(path: string, without: string | null): Promise<string[]> {
  if (path === without) return []
  const found = await files()
    .stat(path)
    .catch(() => undefined)
  if (found === undefined) return []
  if (!found.isDirectory()) return ['']
  const entries = await files().readdir(path, { withFileTypes: true })
  const nested = entries.map(async (entry) => {
    const below = join(path, entry.name)
    if (entry.isDirectory()) return (await filesAt(below, without)).map((name) => `${entry.name}/${name}`)
    // A link to a file is that file; one to a folder may lead in a circle.
    const isFile = entry.isFile() || (entry.isSymbolicLink() && (await isLinkToFile(below)))
    return isFile ? [entry.name] : []
  })
  return (await Promise.all(nested)).flat()
}

async function isLinkToFile(path: string): Promise<boolean> {
  return files()
    .stat(path)
    .then(
      (found) => found.isFile(),
      () => false,
    )
}
