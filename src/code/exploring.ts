/**
 * What is known while one exploration is under way. No code that it looks at runs meanwhile, so nothing is asked twice.
 */
let underWay: object | undefined

/** Explores. What is explored within is part of the same exploration: values within a value lead to the same functions. */
export function exploring<T>(explore: () => T): T {
  if (underWay !== undefined) return explore()
  underWay = {}
  try {
    return explore()
  } finally {
    underWay = undefined
  }
}

/** Gives something of which each exploration has its own; undefined while none is under way. */
export function ofExploration<T>(make: () => T): () => T | undefined {
  const own = new WeakMap<object, T>()
  return () => {
    if (underWay === undefined) return undefined
    let one = own.get(underWay)
    if (one === undefined) own.set(underWay, (one = make()))
    return one
  }
}
