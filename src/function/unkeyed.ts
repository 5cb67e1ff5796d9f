/** Says of an object that nothing stands for it in a key, and what to do instead; undefined for any other object. */
export type TellUnkeyed = (object: object) => string | undefined

const kinds: TellUnkeyed[] = []

/** Notes a kind of objects, of engram's own, with which a function that captures one is not cached. */
export function noteUnkeyed(tell: TellUnkeyed): void {
  kinds.push(tell)
}

/** Why a function that captures it is not cached; undefined where that is no reason. */
export function whyUnkeyed(object: object): string | undefined {
  for (const tell of kinds) {
    const why = tell(object)
    if (why !== undefined) return why
  }
  return undefined
}
