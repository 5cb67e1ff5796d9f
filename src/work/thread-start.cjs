// Threads of programs in TypeScript are started with JavaScript: it can require what they compile.
// oxlint-disable-next-line import/no-unassigned-import -- it does what it does when it is loaded
require('./thread-entry.ts')
