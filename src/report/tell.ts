/** What a listener throws is not the fault of what it hears of: it becomes an uncaught exception, as on a diagnostics channel. */
export function tell<A extends readonly unknown[]>(listener: (...heard: A) => void, ...heard: A): void {
  try {
    listener(...heard)
  } catch (error) {
    process.nextTick(() => {
      throw error
    })
  }
}
