import { FileRef } from '../fingerprint/file-ref.ts'
import type { TypeRegistry } from '../value/type-registry.ts'

/** A file in a result, as it is stored. */
interface StoredFile {
  readonly path: string
  /** As `FileRef.form` gave it. */
  readonly form: string
}

/** Has files that are in values stored by where they are, and by what they were. */
export function provideFiles(types: TypeRegistry): void {
  const { live } = types
  types.provide(FileRef, {
    name: 'engram.file',
    encode(file): StoredFile {
      live.encoded++
      return { path: file.path, form: file.form() }
    },
    decode({ path, form }: StoredFile) {
      const file = new FileRef(path)
      live.note({ isUnchanged: () => formOf(file) === form })
      return file
    },
  })
}

/** A file that cannot be read is none that was returned. */
function formOf(file: FileRef): string | undefined {
  try {
    return file.form()
  } catch {
    return undefined
  }
}
