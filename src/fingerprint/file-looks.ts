/** A file that a key was made of, and what it was then. */
export interface FileLook {
  readonly file: { readonly path: string; isStill(form: string): boolean }
  readonly form: string
}

/** So many are known at least. Of a key with more files, the last of them. */
const MOST = 1 << 14

/** The newest last. */
const lately: FileLook[] = []
let made = 0

export function noteLook(look: FileLook): void {
  made++
  lately.push(look)
  if (lately.length > 2 * MOST) lately.splice(0, MOST)
}

/** How many looks there have been so far. To be asked before a key is made: `looksSince` then says at which files. */
export function looksSoFar(): number {
  return made
}

export function looksSince(before: number): readonly FileLook[] | undefined {
  return made === before ? undefined : lately.slice(before - made)
}
