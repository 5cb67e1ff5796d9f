// The memo that a person writes by hand over a key-value store: what the peers without one of their own are measured
// by. Three times the same, because waiting for what is already there costs more than finding it.

/** For a synchronous function over a store that answers at once. */
export function memo(fn, store) {
  const name = fn.name
  return (...args) => {
    const key = name + JSON.stringify(args)
    const found = store.get(key)
    if (found !== undefined) return found
    const value = fn(...args)
    store.put(key, value)
    return value
  }
}

/** For a function that returns a promise, over a store whose `get` answers at once. */
export function memoOfPromises(fn, store) {
  const name = fn.name
  return async (...args) => {
    const key = name + JSON.stringify(args)
    const found = store.get(key)
    if (found !== undefined) return found
    const value = await fn(...args)
    await store.put(key, value)
    return value
  }
}

/** For a function that returns a promise, over a store that answers later. */
export function asyncMemo(fn, store) {
  const name = fn.name
  return async (...args) => {
    const key = name + JSON.stringify(args)
    const found = await store.get(key)
    if (found !== undefined) return found
    const value = await fn(...args)
    await store.put(key, value)
    return value
  }
}
