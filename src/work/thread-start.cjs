// Threads of programs in TypeScript are started with JavaScript: it can require what they compile, or import it where they compile
// ES modules alone.
try {
  // oxlint-disable-next-line import/no-unassigned-import -- it does what it does when it is loaded
  require('./thread-entry.ts')
} catch (error) {
  if (!(error instanceof SyntaxError)) throw error
  void import('./thread-entry.ts')
}
