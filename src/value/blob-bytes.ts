/** Where Node keeps what a Blob reads its bytes from. */
interface BlobHandle {
  getReader(): { pull(answer: (status: number, chunk: ArrayBuffer | undefined) => void): void }
}

const ENDED = 0

/**
 * The bytes of a Blob, or undefined where they cannot be had at once. All public ways to them are asynchronous, but a key
 * and a stored value are made within the call; so this asks the handle that Node's own `arrayBuffer()` asks. It answers
 * at once for what lies in memory, and later for a file (`fs.openAsBlob`). Other runtimes have no such handle.
 */
export function bytesOfBlob(blob: Blob): Uint8Array<ArrayBuffer> | undefined {
  const reader = handleOf(blob)?.getReader()
  if (reader === undefined) return undefined
  const bytes = new Uint8Array(blob.size)
  let end = 0
  for (;;) {
    let status = -1
    let chunk: ArrayBuffer | undefined
    reader.pull((answer, read) => {
      status = answer
      chunk = read
    })
    if (status < 0 || end + (chunk?.byteLength ?? 0) > bytes.length) return undefined
    if (chunk !== undefined) bytes.set(new Uint8Array(chunk), end)
    end += chunk?.byteLength ?? 0
    if (status === ENDED) return end === bytes.length ? bytes : undefined
  }
}

function handleOf(blob: Blob): BlobHandle | undefined {
  const symbol = Object.getOwnPropertySymbols(blob).find(({ description }) => description === 'kHandle')
  const handle = symbol && (blob as unknown as Record<symbol, Partial<BlobHandle> | undefined>)[symbol]
  return typeof handle?.getReader === 'function' ? (handle as BlobHandle) : undefined
}
