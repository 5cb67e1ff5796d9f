// Nothing is kept: the function is awaited.
export function openChain(fn) {
  const run = async (count) => {
    let value = 0
    for (let n = 0; n < count; n++) value = await fn(value)
    return value
  }
  return { run, close: () => undefined }
}
