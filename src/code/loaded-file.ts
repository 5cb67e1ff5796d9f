import { digestOfFile, digestOfText } from '../native/binding.ts'
import { attempt } from './captured-value.ts'
import { noteScript } from './home.ts'
import { isUntouched, stampOf } from './module-file.ts'
import { readScripts } from './scripts.ts'

interface Content {
  readonly stamp: string | undefined
  readonly digest: string | undefined
}

const contents = new Map<string, Content>()

/**
 * Digest of what a module gives to the code that loads it from now on, in hexadecimal; undefined where there is nothing. A
 * module that was loaded is not read again, so it is what it was before its file was written. Asked again and again, it
 * costs a look at the file's time of change.
 */
export function digestOfModule(file: string): string | undefined {
  const stamp = stampOf(file)
  const known = contents.get(file)
  if (known !== undefined && known.stamp === stamp) return known.digest
  const digest = isUntouched(file) ? digestOfContent(file) : (digestOfLoaded(file) ?? digestOfContent(file))
  contents.set(file, { stamp, digest })
  return digest
}

function digestOfContent(file: string): string | undefined {
  return attempt(() => digestOfFile(file)) as string | undefined
}

/** Of several versions of a module it is not known which one is meant. */
function digestOfLoaded(file: string): string | undefined {
  const versions = attempt(() => readScripts((script) => noteScript(script).file === file)) as
    | ReturnType<typeof readScripts>
    | undefined
  if (versions === undefined || versions.length === 0) return undefined
  return digestOfText(versions.map(({ source }) => source).join('\0'))
}
