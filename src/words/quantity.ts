/** A time for people to read: `431 µs`, `12.5 ms`, `3.20 s`. */
export function timeText(ms: number): string {
  if (ms < 1) return `${(ms * 1000).toFixed(0)} µs`
  return ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(2)} s`
}

/** A number of bytes for people to read: `900 B`, `1.2 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const steps = Math.min(Math.floor(Math.log10(bytes) / 3), 4)
  return `${(bytes / 1000 ** steps).toFixed(1)} ${['', 'kB', 'MB', 'GB', 'TB'][steps]}`
}
