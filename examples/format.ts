/** 26355867 as `26,355,867`. */
export function count(number: number): string {
  return number.toLocaleString('en-US')
}

/** Bytes, in millions: `105.4 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

/** Milliseconds, to three digits or so: `0.45 ms`, `310 ms`, `2.31 s`. */
export function duration(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`
  return ms >= 10 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(2)} ms`
}

/** A whole number as people write it, `1_000_000` or `1,000,000`; undefined for anything else. */
export function wholeNumber(text: string): number | undefined {
  return /^\d+([_,]\d+)*$/.test(text) ? Number(text.replaceAll(/[_,]/g, '')) : undefined
}
