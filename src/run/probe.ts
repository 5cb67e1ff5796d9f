// Imported by `loader.ts` alone, to see whether a thread can import TypeScript: what failed once is not tried again.
export const isImported = true
